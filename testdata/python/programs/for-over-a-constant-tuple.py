PRIMES = (2, 3, 5, 7, 11)


def factors(n):
    for p in PRIMES:
        while n % p == 0:
            print(p, end=" ")
            n //= p
    print(n)


factors(2310)
factors(97)
factors(1024)
factors(360)
