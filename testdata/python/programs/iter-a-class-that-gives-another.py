class Range:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    def __iter__(self):
        return RangeIterator(self.low, self.high)


class RangeIterator:
    def __init__(self, at, end):
        self.at = at
        self.end = end

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= self.end:
            raise StopIteration()
        at = self.at
        self.at = at + 1
        return at


r = Range(1, 4)
for a in r:
    for b in r:
        print(a, b)
print(sum(r), sum(a * b for a in r for b in r))
