class Sensor:
    def __init__(self):
        self.last = None
        self.changes = 0

    def feed(self, x):
        if self.last is None or x != self.last:
            self.changes += 1
        self.last = x if x % 11 else None
        return self.last is None


s = Sensor()
nones = 0
for i in range(2000):
    if s.feed(i // 3 % 50):
        nones += 1
print(s.changes, nones, s.last)
