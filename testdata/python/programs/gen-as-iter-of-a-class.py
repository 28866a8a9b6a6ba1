class Tree:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


class Box:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    def __iter__(self):
        for i in range(self.low, self.high):
            yield i


b = Box(3, 6)
for x in b:
    for y in b:
        print(x, y)
print(sum(b), max(b), min(b))
