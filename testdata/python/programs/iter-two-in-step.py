class Count:
    def __init__(self, start, step):
        self.at = start
        self.step = step

    def __iter__(self):
        return self

    def __next__(self):
        self.at += self.step
        if self.at > 20:
            raise StopIteration
        return self.at


for a, b in zip(Count(0, 3), Count(0, 5)):
    print(a, b)
a = Count(0, 7)
b = Count(-3, 4)
print(next(a) + next(b), next(a) * next(b))
