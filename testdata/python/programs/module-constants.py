SIZE = 8
HALF = SIZE // 2
NAME = "wirelens"
RATIO = 2 / 3
EMPTY = None
FLAGS = (True, False)
MASK = (1 << SIZE) - 1


def show(x):
    print(x & MASK, x % SIZE, HALF, NAME[:HALF], RATIO, EMPTY, FLAGS[0])


show(1000)
show(-1)
