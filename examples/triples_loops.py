"""Pythagorean triples up to a perimeter, by two loops.

    wirelens run examples/triples_loops.py [PERIMETER]
"""

import math
import sys


def triples(perimeter):
    count = 0
    sides = 0
    for a in range(1, perimeter // 3 + 1):
        for b in range(a + 1, (perimeter - a) // 2 + 1):
            square = a * a + b * b
            c = int(math.sqrt(square))
            if c * c == square and a + b + c <= perimeter:
                count += 1
                sides += a + b + c
    return count, sides


def main():
    perimeter = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    count, sides = triples(perimeter)
    print(f"{count} triples up to {perimeter}, the sides of all together {sides}")


if __name__ == "__main__":
    main()
