WIDTH = 4


class Grid:
    SIZE = WIDTH * WIDTH
    LAST = SIZE - 1

    def __init__(self):
        self.n = self.SIZE


print(Grid.SIZE, Grid.LAST, Grid().n)
