def f(x):
    return x + 2**64


print(f(5))
