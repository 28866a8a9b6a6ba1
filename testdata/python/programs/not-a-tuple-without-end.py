def f(t):
    return f((t, t))


print(f(1))
