class Cell:
    def __init__(self, n, before):
        self.n = n
        self.before = before


last = None
total = 0
for i in range(1500):
    c = Cell(i, last)
    before = c.before
    if before is not None:
        total += before.n * c.n % 17
        before.n = 0
        c.before = None
    last = c
print(total, last.n if last is not None else -1)
