import struct

DATA = b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"
print(struct.unpack_from("<bxb", DATA), struct.unpack_from("<b3xb", DATA), struct.unpack_from("<2x2B", DATA))
print(struct.unpack_from("<0hB", DATA), struct.unpack_from(">BxHx", DATA, 2), struct.unpack_from("< 2B H", DATA))
print(struct.calcsize("<b3xb"), struct.calcsize("<0h"), struct.calcsize("10x"), struct.calcsize(">BxHx"))
