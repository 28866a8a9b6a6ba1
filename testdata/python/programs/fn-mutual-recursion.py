def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


for n in (0, 1, 2, 7, 50, 51):
    print(n, even(n), odd(n))
