def plus(a, b):
    if a is None:
        return b
    if b is None:
        return a
    return a + b


def show(x):
    if x is not None:
        print(x + 1)
    else:
        print(x)


show(plus(1, 2))
show(plus(None, 2))
show(plus(1, None))
show(plus(None, None))
