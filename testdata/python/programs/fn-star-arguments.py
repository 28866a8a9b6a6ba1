def count(*args):
    return len(args)


def total(*args):
    t = 0
    for a in args:
        t += a
    return t


def tail(first, *rest):
    return first * 1000 + sum(rest)


print(count(), count(1), count(1, 2, 3))
print(total(), total(5), total(1, 2, 3, 4), total(0.5, 0.25))
print(tail(1), tail(1, 2), tail(1, 2, 3))
