class Adder:
    def __init__(self, n):
        self.n = n
        self.calls = 0

    def add(self, x):
        self.calls += 1
        return x + self.n


a = Adder(5)
print(sum(a.add(x) for x in range(10)), a.calls)
print(any(a.add(x) > 6 for x in range(10)), a.calls)
