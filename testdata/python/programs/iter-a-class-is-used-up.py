class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


c = Count(5)
for x in c:
    print(x)
    if x == 3:
        break
print("then", next(c), c.n)
for x in c:
    print(x)
print("left", sum(c), c.n)
