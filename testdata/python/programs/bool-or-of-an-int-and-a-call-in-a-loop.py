def pick(i):
    return i % 5


total = 0
for i in range(1000):
    total += pick(i) or 100
    total -= pick(i) and 3
print(total)
