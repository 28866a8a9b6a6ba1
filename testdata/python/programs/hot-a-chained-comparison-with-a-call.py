class Counter:
    def __init__(self):
        self.calls = 0

    def value(self, i):
        self.calls += 1
        return i * 37 % 100


c = Counter()
inside = 0
for i in range(2000):
    if 20 <= c.value(i) < 60 < 1000:
        inside += 1
    elif not 5 < c.value(i + 1) <= 90:
        inside -= 1
print(inside, c.calls)
