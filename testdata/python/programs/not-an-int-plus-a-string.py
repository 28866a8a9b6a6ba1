def f(n, s):
    return n + s


print(1)
if len("abc") > 5:
    print(f(1, "a"))
