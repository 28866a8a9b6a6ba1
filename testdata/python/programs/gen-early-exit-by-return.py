def naturals():
    n = 1
    while True:
        yield n
        n += 1


def first_square_above(limit):
    for n in naturals():
        if n * n > limit:
            return n * n
    return 0


for limit in (0, 1, 50, 99, 100, 1000):
    print(limit, first_square_above(limit))
