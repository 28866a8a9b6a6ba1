def twice(x):
    return x + x


def biggest(a, b, c):
    return max(a, max(b, c))


def describe(x):
    print(x, len(x))


print(twice(2), twice(0.5), twice(True))
print(biggest(1, 5, 3), biggest(0.5, -1.0, 0.25), biggest("b", "a", "c"))
describe("abc")
describe(b"ab")
describe((1, 2, 3, 4))
