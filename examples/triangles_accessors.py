"""The barycenter of a file of triangles, through classes whose properties read the bytes.

    wirelens run examples/triangles_accessors.py testdata/poly.bin
"""

import struct
import sys

BLOCK = 4096


class Point:
    SIZE = 16

    def __init__(self, buffer, offset):
        self.buffer = buffer
        self.offset = offset

    @property
    def x(self):
        return struct.unpack_from("<d", self.buffer, self.offset)[0]

    @property
    def y(self):
        return struct.unpack_from("<d", self.buffer, self.offset + 8)[0]


class Triangle:
    SIZE = 3 * Point.SIZE

    def __init__(self, buffer, offset):
        self.buffer = buffer
        self.offset = offset

    @property
    def a(self):
        return Point(self.buffer, self.offset)

    @property
    def b(self):
        return Point(self.buffer, self.offset + Point.SIZE)

    @property
    def c(self):
        return Point(self.buffer, self.offset + 2 * Point.SIZE)


def triangles(path):
    with open(path, "rb") as f:
        while True:
            block = f.read(BLOCK * Triangle.SIZE)
            if not block:
                return
            for offset in range(0, len(block), Triangle.SIZE):
                yield Triangle(block, offset)


def main():
    count = 0
    x = 0.0
    y = 0.0
    for t in triangles(sys.argv[1]):
        count += 1
        x += t.a.x + t.b.x + t.c.x
        y += t.a.y + t.b.y + t.c.y
    print("count", count)
    if count > 0:
        print("x    ", x / (3 * count))
        print("y    ", y / (3 * count))


if __name__ == "__main__":
    main()
