class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration  # fails
        self.n -= 1
        return self.n


c = Count(1)
print(next(c))
print(next(c))
