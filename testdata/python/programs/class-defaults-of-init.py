class Range:
    def __init__(self, low=0, high=10, step=1):
        self.low = low
        self.high = high
        self.step = step

    def total(self):
        return sum(i for i in range(self.low, self.high, self.step))


print(Range().total(), Range(5).total(), Range(step=3).total(), Range(1, high=4).total())
