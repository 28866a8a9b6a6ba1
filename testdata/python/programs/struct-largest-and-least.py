import struct

DATA = b"\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x00\x80"
print(struct.unpack_from("<q", DATA)[0], struct.unpack_from("<q", DATA, 8)[0])
print(struct.unpack_from("<I", DATA)[0], struct.unpack_from("<i", DATA)[0], struct.unpack_from("<H", DATA, 6)[0])
