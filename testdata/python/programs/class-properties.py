class Rectangle:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def area(self):
        return self.width * self.height

    @property
    def perimeter(self):
        return 2 * (self.width + self.height)

    @property
    def is_square(self):
        return self.width == self.height

    @property
    def ratio(self):
        return self.area / self.perimeter


r = Rectangle(3, 4)
print(r.area, r.perimeter, r.is_square, r.ratio)
r.width = 4
print(r.area, r.perimeter, r.is_square, r.ratio)
