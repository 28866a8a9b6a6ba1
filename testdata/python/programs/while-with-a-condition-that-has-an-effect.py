class Tank:
    def __init__(self, level):
        self.level = level

    def draw(self):
        self.level -= 3
        return self.level > 0


t = Tank(10)
n = 0
while t.draw():
    n += 1
    print(t.level)
print(n, t.level)
