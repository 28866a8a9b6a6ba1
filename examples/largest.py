"""The largest triangle, and which it is.

    wirelens run examples/largest.py testdata/poly.bin
"""

import sys

import wirelens


def area(t):
    return abs((t.b.x - t.a.x) * (t.c.y - t.a.y) - (t.c.x - t.a.x) * (t.b.y - t.a.y)) / 2


largest, at = 0.0, 0
triangles = wirelens.open(sys.argv[1], schema="../testdata/poly.h", record="Triangle")
for i, t in enumerate(triangles):
    if area(t) > largest:
        largest, at = area(t), i
print(f"triangle {at} is the largest: {largest:.1f}")
