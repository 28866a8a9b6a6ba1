total = 0
for i in range(2000):
    total += i * i % 13
    if i % 701 == 700:
        print(i, total, total / i)
print(total)
