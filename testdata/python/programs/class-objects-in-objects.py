class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Segment:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    @property
    def middle(self):
        return Point((self.a.x + self.b.x) / 2, (self.a.y + self.b.y) / 2)


s = Segment(Point(0, 1), Point(4, 3))
print(s.middle.x, s.middle.y, s.a.dot(s.b), s.middle.dot(s.middle))
s.a.x = 10
s.b = Point(20, 0)
print(s.middle.x, s.middle.y, s.a.dot(s.b))
