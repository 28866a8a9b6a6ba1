def each(x, n):
    for i in range(n):
        yield x + i


def outer(n):
    total = 0
    for i in range(n):
        total += 0.5
        if i % 7 == 3:
            g = each(total, 3)
            yield next(g)
            yield from g
            yield from each(total, 2)


class Holder:
    def __init__(self, g):
        self.g = g
        self.last = None

    def step(self):
        self.last = next(self.g, None)
        return self.last


x = 0
y = 0
for i in range(300):
    for a, b in zip(each(x, 4), each(y, 3)):
        if a > 140:
            y += b
    x += 0.5
    y = (y + 1) % 1000
print(x, y)

z = 0
for i in range(40):
    h = Holder(each(z, 2))
    h.step()
    z = h.step() * 1.5 % 100
print(z, h.last, h.step())

o = outer(50)
print(next(o), sum(o))

p = 9
q = 0
for i in range(100):
    for a, b in zip(each(q, 3), each(p, 2)):
        g = each(q, 3)
        q = a * 0.5 + b
print(p, q, next(g))
