"""Sums over numbers that come from loops, generators and iterators of all kinds: the same work for each number.

    wirelens run sums.py NAME COUNT
"""

import sys


def up(n):
    for i in range(n):
        yield i


def delegated(n):
    yield from up(n)


def same(source):
    for i in source:
        yield i


class Up:
    def __init__(self, n):
        self.i = 0
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        i = self.i
        self.i += 1
        return i


def total(numbers):
    total = 0
    for i in numbers:
        total += (i ^ 5) & 255
    return total


def loop(n):
    total = 0
    for i in range(n):
        total += (i ^ 5) & 255
    return total


def generator(n):
    total = 0
    for i in up(n):
        total += (i ^ 5) & 255
    return total


def nested(n):
    total = 0
    for i in delegated(n):
        total += (i ^ 5) & 255
    return total


def chained(n):
    total = 0
    for i in same(same(same(up(n)))):
        total += (i ^ 5) & 255
    return total


def kept(n):
    total = 0
    numbers = up(n)
    others = same(numbers)
    for i in others:
        total += (i ^ 5) & 255
    return total


def iterator(n):
    total = 0
    for i in Up(n):
        total += (i ^ 5) & 255
    return total


def asked(n):
    total = 0
    numbers = up(n)
    i = next(numbers, None)
    while i is not None:
        total += (i ^ 5) & 255
        i = next(numbers, None)
    return total


def two(n):
    total = 0
    for i, j in zip(up(n), up(n)):
        total += (i ^ 5) & 255
    return total


def main():
    name = sys.argv[1]
    n = int(sys.argv[2])
    if name == "loop":
        print(loop(n))
    elif name == "generator":
        print(generator(n))
    elif name == "nested":
        print(nested(n))
    elif name == "chained":
        print(chained(n))
    elif name == "kept":
        print(kept(n))
    elif name == "given":
        print(total(up(n)))
    elif name == "expression":
        print(sum((i ^ 5) & 255 for i in range(n)))
    elif name == "iterator":
        print(iterator(n))
    elif name == "asked":
        print(asked(n))
    elif name == "two":
        print(two(n))


main()
