def f(**options):
    return len(options)


print(f(a=1, b=2))
