class Grid:
    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.x = -1
        self.y = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.x += 1
        if self.x == self.width:
            self.x = 0
            self.y += 1
        if self.y >= self.height:
            raise StopIteration
        return self.x, self.y


for x, y in Grid(3, 2):
    print(x, y)
total = 0
for i, (x, y) in enumerate(Grid(20, 15)):
    total += i * x - y
print(total)
