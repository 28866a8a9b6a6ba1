def f(n, s):
    return n + s


print(1)
if sum(i for i in range(3)) > 5:
    print(f(1, "a"))
