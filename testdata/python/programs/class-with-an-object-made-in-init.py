class Inner:
    def __init__(self, n):
        self.n = n


class Outer:
    def __init__(self, n):
        self.inner = Inner(n)
        self.other = Inner(n + 1)

    def swap(self):
        self.inner, self.other = self.other, self.inner


o = Outer(5)
print(o.inner.n, o.other.n)
o.swap()
print(o.inner.n, o.other.n)
o.inner.n, o.other.n = o.other.n * 10, o.inner.n * 10
print(o.inner.n, o.other.n)
