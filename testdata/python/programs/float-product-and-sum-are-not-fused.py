a = 1.0 + 2.0**-30
b = 1.0 - 2.0**-30
print(a * b - 1.0)
total = 0.0
for i in range(300):
    total += a * b - 1.0
    total += (a + i) * (b - i) - (a * b)
print(total)
x = 0.1
print(x * 10.0 - 1.0, x * 3.0 - 0.3)
