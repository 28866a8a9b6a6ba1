def numbers(n):
    for i in range(n):
        yield i


class Skip:
    def __init__(self, inner, by):
        self.inner = inner
        self.by = by

    def __iter__(self):
        return self

    def __next__(self):
        for i in range(self.by - 1):
            next(self.inner)
        return next(self.inner)


for x in Skip(numbers(20), 4):
    print(x)
