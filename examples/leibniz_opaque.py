"""Pi by Leibniz, with a call in each step that no compiler can look into.

    wirelens run examples/leibniz_opaque.py [BOUND]
"""

import sys
import zlib


def leibniz(bound):
    total = 0.0
    sign = 1.0
    n = 1
    checksum = 0
    while 1.0 / n >= bound:
        total += sign / n
        sign = -sign
        n += 2
        checksum = zlib.crc32(b".", checksum)
    return 4.0 * total, checksum


bound = float(sys.argv[1]) if len(sys.argv) > 1 else 1e-7
pi, checksum = leibniz(bound)
print(f"{pi}, checksum {checksum:08x}")
