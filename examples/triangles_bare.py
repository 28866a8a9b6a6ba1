"""The barycenter of a file of triangles, read in blocks and unpacked by hand.

    wirelens run examples/triangles_bare.py testdata/poly.bin
"""

import struct
import sys

SIZE = 48
BLOCK = 4096 * SIZE


def main():
    count = 0
    x = 0.0
    y = 0.0
    with open(sys.argv[1], "rb") as f:
        while True:
            block = f.read(BLOCK)
            if not block:
                break
            for offset in range(0, len(block), SIZE):
                ax, ay, bx, by, cx, cy = struct.unpack_from("<6d", block, offset)
                count += 1
                x += ax + bx + cx
                y += ay + by + cy
    print("count", count)
    if count > 0:
        print("x    ", x / (3 * count))
        print("y    ", y / (3 * count))


if __name__ == "__main__":
    main()
