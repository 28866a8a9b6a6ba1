class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def turned(self):
        return Vector(-self.y, self.x)


v = Vector(0, 0)
d = Vector(1, 2)
for i in range(1000):
    v = v.plus(d)
    if i % 3 == 0:
        d = d.turned()
    if i % 250 == 0:
        print(i, v.x, v.y, d.x, d.y)
print(v.x, v.y)
