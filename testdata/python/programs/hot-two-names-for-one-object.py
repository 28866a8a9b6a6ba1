class Cell:
    def __init__(self, n):
        self.n = n


total = 0
for i in range(1000):
    a = Cell(i)
    b = Cell(2 * i) if i % 3 else a
    a.n += 1
    b.n += 10
    total += a.n * 2 + b.n
    total -= 5 * (a.n == b.n)
print(total)
