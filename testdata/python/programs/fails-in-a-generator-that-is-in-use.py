def parts(n):
    while True:
        yield 12 // n  # fails
        n -= 1


total = 0
for p in parts(3):
    total += p
    print(p, total)
