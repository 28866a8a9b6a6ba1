def left(x, n):
    return x << n  # fails


for n in (2, 1, 0, -1):
    print(left(5, n))
