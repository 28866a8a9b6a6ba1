def f(n):
    if n > 0:
        return 1
    return "negative"


print(f(1))
print(f(-1))
