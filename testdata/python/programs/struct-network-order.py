import struct

DATA = b"\x12\x34\x00\x00\x00\x2a\xff\xfe"
kind, length, check = struct.unpack_from("!HIh", DATA)
print(kind, length, check, kind == 0x1234)
print(struct.unpack_from("!HIh", DATA) == struct.unpack_from(">HIh", DATA))
