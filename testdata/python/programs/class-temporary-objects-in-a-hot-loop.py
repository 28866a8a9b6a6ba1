class Complex:
    def __init__(self, re, im):
        self.re = re
        self.im = im

    def times(self, other):
        return Complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def plus(self, other):
        return Complex(self.re + other.re, self.im + other.im)

    @property
    def size(self):
        return self.re * self.re + self.im * self.im


def escape(c):
    z = Complex(0.0, 0.0)
    for i in range(50):
        if z.size > 4.0:
            return i
        z = z.times(z).plus(c)
    return 50


total = 0
for y in range(-6, 7):
    for x in range(-8, 5):
        n = escape(Complex(x / 4, y / 6))
        total += n
        print(n if n < 50 else 0, end=" ")
    print()
print(total)
