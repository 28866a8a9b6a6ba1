print(sum(a * b for a in range(5) for b in range(a)))
print(sum(1 for a in range(1, 30) for b in range(a, 30) for c in range(b, 30) if a * a + b * b == c * c))
for a, b in ((a, b) for a in range(3) for b in range(3) if a != b):
    print(a, b)
