def square(x):
    return x * x


def half(x):
    return x / 2


print(square(3), square(3.0), square(0.5), square(-4))
print(half(3), half(3.0), half(4))
print(square(half(3)), half(square(3)))
