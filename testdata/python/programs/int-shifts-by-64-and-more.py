def right(x, n):
    return x >> n


def left(x, n):
    return x << n


for n in (62, 63, 64, 65, 100, 128, 1000, 1 << 40):
    print(n, right(-1, n), right(1, n), right(9223372036854775807, n), right(-9223372036854775807, n))
    print(n, left(0, n))
print(left(1, 62), left(-1, 63), left(3, 61))
