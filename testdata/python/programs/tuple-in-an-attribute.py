class Box:
    def __init__(self, low, high):
        self.bounds = (low, high)

    def widen(self, by):
        low, high = self.bounds
        self.bounds = low - by, high + by


b = Box(0, 10)
b.widen(2)
print(b.bounds, b.bounds[0], len(b.bounds))
b.widen(-7)
print(b.bounds)
