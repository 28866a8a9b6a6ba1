def pairs(n):
    for a in range(n):
        for b in range(a, n):
            yield a, b


total = 0
for a, b in pairs(4):
    print(a, b)
for a, b in pairs(30):
    total += a * b
print(total)
