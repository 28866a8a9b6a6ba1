def largest(*args):
    return max(args)


def spread(*args):
    return largest(*args) - min(*args)


print(largest(3, 9, 2), spread(3, 9, 2), spread(5, 5))
print(largest(*(4, 8, 1)))
t = (2, 7)
print(spread(*t), max(*t), spread(1, *t))
