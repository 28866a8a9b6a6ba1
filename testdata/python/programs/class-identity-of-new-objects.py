class Thing:
    def __init__(self, n):
        self.n = n


def same(x):
    return x


a = Thing(1)
b = Thing(1)
print(a is b, a is a, a is not b, same(a) is a, a.n == b.n)
print(a == b, a == a, a != b)
