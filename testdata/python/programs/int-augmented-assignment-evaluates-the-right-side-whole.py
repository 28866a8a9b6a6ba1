x = 10
x -= 3 - 2
print(x)
x *= 2 + 3
print(x)
x //= 7 if x > 40 else 2
print(x)
x <<= 1 + 1
print(x)
x -= x - 1
print(x)
