"""Pi by Leibniz, rounded in each step as a display would show it: a call that no compiler can look into.

    wirelens run examples/leibniz_opaque.py [BOUND]
"""

import sys


def leibniz(bound):
    total = 0.0
    sign = 1.0
    n = 1
    shown = 0.0
    changes = 0
    while 1.0 / n >= bound:
        total += sign / n
        sign = -sign
        n += 2
        now = round(4.0 * total, 9)
        if now != shown:
            shown = now
            changes += 1
    return shown, changes


bound = float(sys.argv[1]) if len(sys.argv) > 1 else 1e-7
pi, changes = leibniz(bound)
print(f"{pi} after {changes} changes")
