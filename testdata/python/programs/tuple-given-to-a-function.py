def length(p):
    x, y = p
    return x * x + y * y


def add(p, q):
    return p[0] + q[0], p[1] + q[1]


p = (3, 4)
print(length(p), length((1, 1)), add(p, (1, 2)), length(add(p, p)))
