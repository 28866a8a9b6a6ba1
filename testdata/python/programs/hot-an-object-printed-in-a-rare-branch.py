class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    @property
    def sum(self):
        return self.a + self.b


def show(p):
    print(p.a, p.b, p.sum)


p = Pair(0, 1)
for i in range(2000):
    p = Pair(p.b, (p.a + i) % 1009)
    if i % 811 == 810:
        show(p)
        p.a += 1
print(p.sum)
