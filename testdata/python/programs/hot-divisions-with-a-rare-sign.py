total = 0
for i in range(2000):
    d = -3 if i % 600 == 599 else 7
    n = -i if i % 450 == 449 else i
    total = total * 3 % 1000003 + n // d + n % d
print(total)
