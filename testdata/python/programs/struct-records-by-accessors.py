import struct

DATA = b"\x00\x00\x00\x00\x00\x00\xf0\x3f\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40\xfb\xff\xff\xff"


class Row:
    SIZE = 12

    def __init__(self, data, at):
        self.data = data
        self.at = at

    @property
    def price(self):
        return struct.unpack_from("<d", self.data, self.at)[0]

    @property
    def count(self):
        return struct.unpack_from("<i", self.data, self.at + 8)[0]


def rows(data):
    for at in range(0, len(data), Row.SIZE):
        yield Row(data, at)


total = 0.0
for row in rows(DATA):
    print(row.price, row.count)
    total += row.price * row.count
print(total)
