size = 5


def f(size):
    size += 1
    return size


def g():
    size = 100
    return size


print(f(1), g(), size)
