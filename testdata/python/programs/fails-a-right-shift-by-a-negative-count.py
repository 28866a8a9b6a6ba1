def right(x, n):
    return x >> n  # fails


for n in (2, 1, 0, -1):
    print(right(5, n))
