class Counter:
    def __init__(self):
        self.n = 0

    def up(self):
        self.n += 1

    def down(self, by=1):
        self.n -= by


c = Counter()
d = Counter()
for i in range(10):
    c.up()
    if i % 2:
        d.up()
c.down()
c.down(3)
d.down(by=10)
print(c.n, d.n)
c.n = 100
print(c.n, d.n)
