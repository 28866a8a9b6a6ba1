def power(a, n):
    return a**n


for n in range(0, 11):
    print(n, power(2, n), power(-3, n), power(10, n), power(1, n), power(-1, n), power(0, n))
print(power(2, 62), power(-2, 63), power(3, 39), power(-7, 22))
print(power(1, 1000000), power(-1, 1000001), power(0, 1000000))
