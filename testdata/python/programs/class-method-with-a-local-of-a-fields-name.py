class Box:
    def __init__(self, n):
        self.n = n

    def scaled(self, n):
        n = n * self.n
        self.n += 1
        return n


b = Box(3)
print(b.scaled(2), b.n, b.scaled(2), b.n)
n = 50
print(b.scaled(n), n, b.n)
