import struct

print(struct.calcsize("l"), struct.calcsize("=l"), struct.calcsize("bl"), struct.calcsize("?n"), struct.calcsize("P"))
print(struct.unpack_from("l", b"\x05\x00\x00\x00\x01\x00\x00\x00"), struct.unpack_from("=l", b"\xff\xff\xff\xff"))
