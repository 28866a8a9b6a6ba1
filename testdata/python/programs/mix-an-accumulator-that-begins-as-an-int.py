def total(n):
    t = 0
    for i in range(n):
        t += 0.5
    return t


print(total(0))
print(total(1))
print(total(2))
print(total(3))
print(total(500))
