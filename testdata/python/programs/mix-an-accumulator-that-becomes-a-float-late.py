def total(n, late):
    t = 0
    for i in range(n):
        if i >= late:
            t += 0.25
        else:
            t += 1
    return t


print(total(0, 0))
print(total(10, 10))
print(total(10, 9))
print(total(10, 0))
print(total(1000, 1000))
print(total(1000, 999))
print(total(1000, 500))
