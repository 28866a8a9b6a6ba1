def up(n):
    for i in range(n):
        yield i


def kept(values, k):
    for v in values:
        if v % k:
            yield v


def scaled(values, f):
    for v in values:
        yield v * f


total = 0
for i in range(1, 60):
    for v in scaled(kept(scaled(kept(up(40), 2), 3), 5), i):
        total += v
print(total)
