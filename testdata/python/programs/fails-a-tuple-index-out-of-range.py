TABLE = (10, 20, 30)


def at(i):
    return TABLE[i]  # fails


print(at(0), at(2), at(-1))
print(at(3))
