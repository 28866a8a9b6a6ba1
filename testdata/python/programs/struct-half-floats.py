import struct

DATA = b"\x00\x3e\x00\xc0\x00\x7c\x01\x00"
print(struct.unpack_from("<e", DATA), struct.unpack_from("<3e", DATA, 2), struct.unpack_from(">e", DATA, 1))
