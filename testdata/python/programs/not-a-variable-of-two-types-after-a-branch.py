def f(n):
    if n > 0:
        x = 1
    else:
        x = "none"
    return x


print(f(1))
print(f(-1))
