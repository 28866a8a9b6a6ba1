for a, b in ((1, 2), (3, 4), (5, 6)):
    print(a, b, a * b)
for name, (x, y) in (("p", (1, 2)), ("q", (3, 4))):
    print(name, x, y)
