def root(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


for n in (1, 2, 3, 4, 99, 100, 10**12, 10**18, 4611686018427387904, 9223372036854775806):
    print(n, root(n))
