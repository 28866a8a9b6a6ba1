total = 0
for i in range(2000):
    if i == 1990:
        total += 0.5
    total += i % 3
print(total)
