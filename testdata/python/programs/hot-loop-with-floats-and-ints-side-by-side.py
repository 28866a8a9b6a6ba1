x = 0.5
n = 0
total = 0.0
for i in range(2000):
    x = 3.7 * x * (1.0 - x)
    n = (n * 5 + int(x * 10)) % 9973
    total += x if n % 2 else -x
print(x, n, total)
