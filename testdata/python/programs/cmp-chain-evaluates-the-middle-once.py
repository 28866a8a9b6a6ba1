class Counter:
    def __init__(self):
        self.n = 0

    def next(self):
        self.n += 1
        return self.n


c = Counter()
print(0 < c.next() < 2, c.n)
print(0 < c.next() < 2, c.n)
print(5 < c.next() < 100, c.n)
print(c.next() < c.next() < c.next(), c.n)
print(c.next() > c.next() > c.next(), c.n)
