nan = float("nan")


def compare(a, b):
    print(a < b, a <= b, a > b, a >= b, a == b, a != b, not a < b, not a >= b)


compare(nan, 1.0)
compare(1.0, nan)
compare(nan, nan)
compare(1.0, 1.0)
compare(1.0, 2.0)
print(0.0 < nan < 1.0, not (0.0 < nan < 1.0))
