def reverse(n):
    r = 0
    while n:
        r = r * 10 + n % 10
        n //= 10
    return r


for n in (0, 7, 120, 12345, 987654321012345678):
    print(n, reverse(n), reverse(n) == n)
