a = 9223372036854775807
total = 0.0
for b in range(1, 400):
    q = a / (b * 1000003)
    total += q
    if b % 57 == 0:
        print(b, q)
    a -= 1234567890123
print(total)
