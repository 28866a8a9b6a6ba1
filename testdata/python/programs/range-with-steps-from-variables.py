def show(a, b, c):
    n = 0
    last = -999
    for i in range(a, b, c):
        n += 1
        last = i
    print(a, b, c, "has", n, "last", last, "len", len(range(a, b, c)))


for step in (-7, -3, -2, -1, 1, 2, 3, 7, 100, -100):
    show(0, 10, step)
    show(10, 0, step)
    show(-3, 4, step)
