a = 1e16
total = 0.0
for i in range(500):
    total += a
    total += 1.0
    total -= a
print(total)
print(1e16 + 1.0 + 1.0, 1.0 + 1.0 + 1e16, 1e16 + (1.0 + 1.0))
print(0.1 + 0.2 + 0.3, 0.1 + (0.2 + 0.3), 0.3 + 0.2 + 0.1)
