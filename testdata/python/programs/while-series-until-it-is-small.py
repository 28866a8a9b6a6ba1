term = 1.0
total = 0.0
n = 0
while term > 1e-12:
    total += term
    n += 1
    term /= n
print(n, total)
