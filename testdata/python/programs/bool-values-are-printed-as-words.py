print(True, False, not True, 1 == 1, 2 < 1)
x = 3 > 2
print(x, not x, x and not x, x or x)
print(bool(3), bool(0), bool(x))
print(f"{x} {not x} {x!r}")
