COUNT: int = 3
NAME: str = "n"
x: float = 0.5
y: "int | None" = None


def f(a: int, b: str = "b", c: float = 1.5) -> tuple[int, str]:
    d: int = a + 1
    return d, b


print(f(COUNT), f(1, NAME), x, y)
