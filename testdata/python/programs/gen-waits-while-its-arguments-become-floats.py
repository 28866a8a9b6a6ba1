# Between call and use, the arguments are loop-carried, with another type from the second iteration on.


def up(k):
    yield k
    yield k + 1


def twice(source):
    for x in source:
        yield x + x


x = 0
for k in range(3):
    g = up(x)
    for j in range(2):
        x = x + 0.5
    print(sum(g))


def nested(n, last):
    y = 1
    for k in range(n):
        a = up(y)
        b = twice(twice(a))
        for j in range(2):
            y = y * 1.5
            last = (y, j)
        for z in b:
            print(z, last)


nested(3, None)


def optional(n):
    name = None
    for k in range(n):
        g = named(name, k)
        while name is None:
            name = "late"
        for text, i in g:
            print(text, i)


def named(text, k):
    for i in range(k):
        yield text, i


optional(3)
