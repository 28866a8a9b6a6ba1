"""Pythagorean triples up to a perimeter, by a generator of pairs.

    wirelens run examples/triples_generator.py [PERIMETER]
"""

import math
import sys


def pairs(perimeter):
    for a in range(1, perimeter // 3 + 1):
        for b in range(a + 1, (perimeter - a) // 2 + 1):
            yield a, b


def triples(perimeter):
    count = 0
    sides = 0
    for a, b in pairs(perimeter):
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
