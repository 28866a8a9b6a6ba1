import struct


def read(data, big):
    order = ">h" if big else "<h"
    return struct.unpack_from(order, data)[0]


print(read(b"\x01\x02", True))
