class Circle:
    PI = 3.14159
    SIDES = 0
    NAME = "circle"

    def __init__(self, r):
        self.r = r

    def area(self):
        return self.PI * self.r**2

    def twice(self):
        return 2 * Circle.PI


c = Circle(2)
print(c.area(), c.twice(), Circle.NAME, c.NAME, Circle.SIDES, Circle.PI * 2)
