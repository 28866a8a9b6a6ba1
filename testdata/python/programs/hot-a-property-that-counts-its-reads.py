class Meter:
    def __init__(self):
        self.reads = 0
        self.level = 1

    @property
    def value(self):
        self.reads += 1
        return self.level * self.reads % 101


m = Meter()
total = 0
for i in range(1500):
    if m.value > 50 and m.value % 2 == 0 or m.value < 3:
        total += m.value
        m.level += 1
print(total, m.reads, m.level)
