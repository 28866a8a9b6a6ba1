def scramble(x, mask):
    y = x * x
    y += x << 7
    y -= ~x
    y = y ^ (y * 3)
    y &= 0xFFFFFFFFFFFF
    z = y * 0x9E3779B97F4A7C15
    w = y + 1
    z |= w
    return z % 2**40, y & mask, w


m = 65535
total = 0
for i in range(200):
    total = total * 31 + i
    total &= m
    print(scramble(total, m), scramble(-total, i))
bits = 12
small = (1 << bits) - 1
x = 7**20
for _ in range(6):
    x *= 1234567
    x += 1
    x &= small
    x >>= 1
    print(x, end=" ")
print()
flags = True
flags = flags & (x == x)
print(flags, True & True, (x > 0) & 1, (2.5 * 4) % 2**64, 7.5 % 2**2)
