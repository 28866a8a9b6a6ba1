def f(x: int) -> str:
    return x + 1


print(f(1))
