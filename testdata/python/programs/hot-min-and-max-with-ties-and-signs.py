low = 0.0
high = -0.0
for i in range(500):
    x = -0.0 if i % 2 else 0.0
    low = min(low, x)
    high = max(high, x)
print(low, high, min(0.0, low), max(-0.0, high))
n = 0
for i in range(-500, 500):
    n += max(i, -i, i // 2) - min(i % 3, 1, i)
print(n)
