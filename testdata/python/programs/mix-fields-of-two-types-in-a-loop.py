class Pair:
    def __init__(self, n, x):
        self.n = n
        self.x = x


total = 0.0
for i in range(300):
    p = Pair(i, i / 8)
    total += p.n * p.x - p.x // 1 + p.n % 7
print(total)
