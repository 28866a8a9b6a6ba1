def value(x, default):
    return x if x is not None else default


def doubled(x):
    return None if x is None else 2 * x


print(value(3, 5), value(None, 5), value(0, 5), value(None, 0))
print(doubled(4), doubled(None), doubled(doubled(1)))
