class Scale:
    def __init__(self, factor):
        self.factor = factor

    def all(self, n):
        for i in range(n):
            yield i * self.factor


s = Scale(3)
for x in s.all(4):
    print(x)
    s.factor += 1
print(sum(s.all(5)), s.factor)
