class Count:
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


for x in Count(4):
    print(x)
print(sum(Count(100)), max(Count(7)), min(Count(7)))
for x in Count(0):
    print("never")
else:
    print("none")
