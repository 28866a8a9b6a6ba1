def total(n, x):
    t = 9007199254740993
    for i in range(n):
        t = t + x
    return t


print(total(0, 2))
print(total(1, 2))
print(total(0, 2.0))
print(total(1, 2.0))
print(total(300, 2))
print(total(300, 2.0))
