def up(n):
    for i in range(n):
        yield i


def down(n):
    while n > 0:
        n -= 1
        yield n


for a, b in zip(up(5), down(5)):
    print(a, b)
for a, b in zip(up(3), down(100)):
    print(a, b)
for a, b, c in zip(up(10), down(10), up(2)):
    print(a, b, c)
print(sum(a * b for a, b in zip(up(50), down(50))))
