def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def loop(n):
    r = 1
    for i in range(2, n + 1):
        r *= i
    return r


for n in range(21):
    assert factorial(n) == loop(n)
    print(n, factorial(n))
