def same(x: float) -> float:
    return x


def half(x: float) -> float:
    return x / 2


print(same(1.5), half(3.0), half(3))
print(same(1))
