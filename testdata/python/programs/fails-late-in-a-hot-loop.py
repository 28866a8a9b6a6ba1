total = 0
for i in range(3000):
    if i % 1000 == 0:
        print(i, total)
    total += 100 // (2500 - i)  # fails
