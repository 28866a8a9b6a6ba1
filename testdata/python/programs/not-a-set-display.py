primes = {2, 3, 5}
print(3 in primes)
