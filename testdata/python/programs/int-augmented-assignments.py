x = 100
x += 7
print(x)
x -= 10
print(x)
x *= 3
print(x)
x //= 4
print(x)
x %= 50
print(x)
x <<= 3
print(x)
x >>= 1
print(x)
x |= 1
print(x)
x &= 60
print(x)
x ^= 255
print(x)
x **= 2
print(x)
