total = 0
for a in range(12):
    for b in range(a):
        for c in range(b, a):
            total += a * b - c
print(total)
