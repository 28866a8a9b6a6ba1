class Sum:
    def __init__(self):
        self.total = 0
        self.count = 0


def add(s, x):
    s.total += x
    s.count += 1
    return s


def fill(s, n):
    for i in range(n):
        add(s, i)


s = Sum()
fill(s, 100)
print(s.total, s.count)
print(add(s, 50).total, add(add(s, 1), 2).count, s.total)
