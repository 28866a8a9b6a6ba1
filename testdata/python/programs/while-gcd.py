def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


print(gcd(48, 36), gcd(17, 5), gcd(0, 7), gcd(7, 0), gcd(-12, 18), gcd(12, -18))
total = 0
for i in range(1, 40):
    for j in range(1, 40):
        total += gcd(i, j)
print(total)
