def depth(n, k):
    if n <= 1:
        return 0
    if n % k == 0:
        return 1 + depth(n // k, k)
    return 1 + depth(n - 1, k)


total = 0
for n in range(400):
    total += depth(n, 2) * depth(n, 3)
print(total)
