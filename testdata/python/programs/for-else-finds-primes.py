for n in range(2, 40):
    for d in range(2, n):
        if d * d > n:
            print(n, "is prime")
            break
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "is prime, and small")
