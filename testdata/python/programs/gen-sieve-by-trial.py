def primes():
    yield 2
    n = 3
    while True:
        for d in range(3, n, 2):
            if d * d > n:
                yield n
                break
            if n % d == 0:
                break
        else:
            yield n
        n += 2


count = 0
for p in primes():
    count += 1
    if count % 10 == 0:
        print(count, p)
    if p > 300:
        break
