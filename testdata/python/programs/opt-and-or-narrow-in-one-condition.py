def positive(x):
    return x is not None and x > 0


def small(x):
    return x is None or x < 10


for x in (-5, 0, 5, 50):
    print(x, positive(x), small(x))
print(positive(None), small(None))
