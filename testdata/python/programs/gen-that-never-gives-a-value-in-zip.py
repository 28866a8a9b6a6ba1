def nothing(n):
    if n < 0:
        yield from nothing(n + 1)


def fails(n):
    while n > 0:
        n -= 1
    for i in range(1 // n):
        yield i


for a, b in zip(range(3), nothing(1)):
    print(a, b)
    x = b
for a, b in zip(nothing(2), range(3)):
    print(a, b)
for i, a in enumerate(nothing(2), 5):
    print(i, a)
else:
    print("done")
for a, b in zip(range(0), fails(3)):
    print(a, b)
print(sum(a for a, b in zip(nothing(1), range(2))), max((b for a, b in enumerate(nothing(1))), default=-1))
