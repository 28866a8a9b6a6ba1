class Count:
    def __init__(self, n):
        self.i = 0
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


total = 0
c = Count(3000)
for k in range(100):
    for x in c:
        total += x * (k % 3)
        if x % 29 == 0:
            break
print(total, c.i)
for x in c:
    total += 1
print(total, c.i)
