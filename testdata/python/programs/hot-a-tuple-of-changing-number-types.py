best = (0, 0.0)
for i in range(1000):
    key = (i * 7919 % 500, i / 3)
    if key > best:
        best = key
print(best)
