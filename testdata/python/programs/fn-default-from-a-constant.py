LIMIT = 10


def f(x, limit=LIMIT, factor=2 * LIMIT + 1):
    return min(x, limit) * factor


print(f(5), f(50), f(50, 20), f(5, factor=1))
