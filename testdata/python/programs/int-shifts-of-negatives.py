def show(x, n):
    print(x, n, x >> n)


for x in (-9, -8, -1, 0, 1, 8, 9):
    for n in (0, 1, 2, 3, 10):
        show(x, n)
print(-1 << 3, -5 << 2, 5 << 2, 0 << 5)
print(-1 << 63, 1 << 62, (-1 << 63) >> 63)
