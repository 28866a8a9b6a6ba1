def values(n):
    for i in range(n):
        if i % 997 == 996:
            yield -i
        else:
            yield i


total = 0
rare = 0
for v in values(3000):
    if v < 0:
        rare += 1
        continue
    total += v
print(total, rare)
