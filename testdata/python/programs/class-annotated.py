class Point:
    x: float
    y: float

    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def length(self) -> float:
        return (self.x * self.x + self.y * self.y) ** 0.5

    def moved(self, dx: float, dy: float = 0.0) -> "Point":
        return Point(self.x + dx, self.y + dy)


p: Point = Point(3.0, 4.0)
print(p.length(), p.moved(1.0).length(), p.moved(2.0, 8.0).length())
