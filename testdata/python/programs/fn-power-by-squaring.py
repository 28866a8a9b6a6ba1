def power(base, n, modulus):
    result = 1
    base %= modulus
    while n > 0:
        if n & 1:
            result = result * base % modulus
        base = base * base % modulus
        n >>= 1
    return result


print(power(2, 10, 1000), power(3, 200, 1000007), power(123456789, 987654321, 1000000007))
print(power(-3, 5, 7), power(5, 0, 13))
