def f(x=None):
    if isinstance(x, int):
        return x + 1
    return -1


print(f(), f(5), f(None))
