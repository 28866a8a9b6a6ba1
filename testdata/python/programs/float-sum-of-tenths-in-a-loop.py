total = 0.0
for i in range(1000):
    total += 0.1
    if i % 250 == 249:
        print(i, total)
print(total == 100.0, abs(total - 100.0) < 1e-9)
