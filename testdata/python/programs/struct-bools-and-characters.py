import struct

DATA = b"\x00\x01\x02abc\x00z"
print(struct.unpack_from("<???", DATA), struct.unpack_from("<c", DATA, 3), struct.unpack_from("<2c", DATA, 4))
print(struct.unpack_from("<3s", DATA, 3), struct.unpack_from("<5s", DATA, 3), struct.unpack_from("<1sB", DATA, 6))
