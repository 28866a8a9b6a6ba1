def f(n):
    if n > 0:
        x = n
    return x  # fails


print(f(1))
print(f(0))
