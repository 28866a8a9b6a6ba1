"""The barycenter of a file of triangles, through a schema.

    wirelens run examples/triangles_schema.py testdata/poly.bin
"""

import sys

import wirelens


def main():
    count = 0
    x = 0.0
    y = 0.0
    for t in wirelens.open(sys.argv[1], schema="../testdata/poly.h", record="Triangle"):
        count += 1
        x += t.a.x + t.b.x + t.c.x
        y += t.a.y + t.b.y + t.c.y
    print("count", count)
    if count > 0:
        print("x    ", x / (3 * count))
        print("y    ", y / (3 * count))


if __name__ == "__main__":
    main()
