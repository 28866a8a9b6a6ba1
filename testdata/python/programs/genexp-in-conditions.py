def prime(n):
    return n > 1 and not any(n % d == 0 for d in range(2, n) if d * d <= n)


for n in range(20):
    if prime(n):
        print(n)
print(sum(n for n in range(60) if prime(n)))
