import struct

DATA = b"\x01\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\xff"
a, b, c, d = struct.unpack_from("<hiqb", DATA)
print(a, b, c, d)
print(struct.unpack_from("<hiqb", DATA))
print(struct.unpack_from("<3h", DATA), struct.unpack_from("<2h2B", DATA, 1))
print(struct.calcsize("<hiqb"), struct.calcsize("<3h"), struct.calcsize("<2h2B"))
