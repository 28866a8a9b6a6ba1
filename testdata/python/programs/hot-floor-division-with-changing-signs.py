total = 0
for i in range(-1000, 1000):
    if i:
        total += 12345 // i + 12345 % i - i // 7 - i % -7
print(total)
