import struct

DATA = b"\x01\x02\x03\x04\x05\x06\x07\xf8"
print(struct.unpack_from("<b", DATA, 7), struct.unpack_from("<B", DATA, 7))
print(struct.unpack_from("<h", DATA), struct.unpack_from(">h", DATA))
print(struct.unpack_from("<H", DATA, 6), struct.unpack_from(">H", DATA, 6))
print(struct.unpack_from("<i", DATA, 4), struct.unpack_from(">i", DATA, 4))
print(struct.unpack_from("<I", DATA, 4), struct.unpack_from(">I", DATA, 4))
print(struct.unpack_from("<q", DATA), struct.unpack_from(">q", DATA))
print(struct.unpack_from(">Q", DATA), struct.unpack_from("<l", DATA, 4), struct.unpack_from("<L", DATA, 4))
