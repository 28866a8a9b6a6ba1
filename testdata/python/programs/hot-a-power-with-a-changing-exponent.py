total = 0
for i in range(600):
    total += i % 7 ** 2 + (i % 5) ** (i % 11) % 1009 + 2 ** (i % 40) % 97
print(total)
x = 0.0
for i in range(300):
    x += (i / 100) ** 2 + 2.0 ** (i % 8) / 256
print(round(x, 6))
