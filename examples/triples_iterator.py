"""Pythagorean triples up to a perimeter, by a class that iterates over pairs.

    wirelens run examples/triples_iterator.py [PERIMETER]
"""

import math
import sys


class Pairs:
    """Two legs a < b, for which there may be a hypotenuse."""

    def __init__(self, perimeter):
        self.perimeter = perimeter
        self.a = 1
        self.b = 1

    def __iter__(self):
        return self

    def __next__(self):
        self.b += 1
        while self.a + 2 * self.b > self.perimeter:
            self.a += 1
            self.b = self.a + 1
            if 3 * self.a > self.perimeter:
                raise StopIteration
        return self.a, self.b


def triples(perimeter):
    count = 0
    sides = 0
    for a, b in Pairs(perimeter):
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
