import struct

print(struct.calcsize("bi"), struct.calcsize("@bi"), struct.calcsize("=bi"), struct.calcsize("ib"))
print(struct.calcsize("bd"), struct.calcsize("bh"), struct.calcsize("bq"), struct.calcsize("bl"), struct.calcsize("=bl"))
print(struct.calcsize("b0i"), struct.calcsize("ib0i"), struct.calcsize("bxh"), struct.calcsize("?h"))
DATA = b"\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0\x3f\x03\x00\x00\x00\x00\x00\x00\x00"
print(struct.unpack_from("bi", DATA), struct.unpack_from("=bi", DATA, 3), struct.unpack_from("bidb", DATA))
