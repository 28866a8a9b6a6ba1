import struct

DATA = b"\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00"


def at(offset):
    return struct.unpack_from("<d", DATA, offset)[0]  # fails


print(at(0))
print(at(3))
