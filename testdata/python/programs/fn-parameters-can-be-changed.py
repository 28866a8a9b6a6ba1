def f(n, step=1):
    total = 0
    while n > 0:
        total += n
        n -= step
        step += 1
    return total


n = 20
print(f(n), n, f(n, 3), f(n), f(n, step=2))
