def f(a, *, b=1, c):
    return a * 100 + b * 10 + c


print(f(1, c=2), f(1, b=3, c=4), f(c=5, b=6, a=7))
