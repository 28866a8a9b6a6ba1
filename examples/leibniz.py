"""Pi by Leibniz: 1 - 1/3 + 1/5 - 1/7 + ..., until a term is below a bound.

    wirelens run examples/leibniz.py [BOUND]
"""

import sys


def leibniz(bound):
    total = 0.0
    sign = 1.0
    n = 1
    while 1.0 / n >= bound:
        total += sign / n
        sign = -sign
        n += 2
    return 4.0 * total, n // 2


bound = float(sys.argv[1]) if len(sys.argv) > 1 else 1e-7
pi, terms = leibniz(bound)
print(f"{pi} from {terms} terms")
