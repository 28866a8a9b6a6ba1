class Cell:
    def __init__(self, value):
        self.value = value


class Pair:
    def __init__(self, left, right):
        self.left = left
        self.right = right


c = Cell(1)
d = c
d.value = 2
print(c.value)
p = Pair(c, Cell(3))
p.left.value = 5
print(c.value, d.value)
p.right = p.left
p.right.value += 1
print(c.value)
c = Cell(9)
print(c.value, p.left.value)
