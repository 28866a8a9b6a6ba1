class Polynomial:
    def __init__(self, a, b, c):
        self.a = a
        self.b = b
        self.c = c

    def at(self, x):
        return (self.a * x + self.b) * x + self.c

    def slope(self, x):
        return 2 * self.a * x + self.b

    def step(self, x):
        return x - self.at(x) / self.slope(x)

    def root(self, x):
        for i in range(20):
            x = self.step(x)
        return x


p = Polynomial(1, 0, -2)
print(p.at(3), p.slope(3), p.step(1.0))
print(p.root(1.0), p.root(-1.0))
print(Polynomial(1, -3, 2).root(5.0))
