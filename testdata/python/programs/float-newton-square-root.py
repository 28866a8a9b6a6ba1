def root(x):
    y = x
    for i in range(60):
        y = (y + x / y) / 2
    return y


for x in (1.0, 2.0, 3.0, 144.0, 1e-6, 1e12):
    print(x, root(x))
