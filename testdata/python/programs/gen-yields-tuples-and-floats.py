def points(n):
    for i in range(n):
        yield i / 2, i * i, i % 2 == 0


for x, y, even in points(4):
    print(x, y, even)
for p in points(3):
    print(p, p[0] + p[1])
