MASK = (1 << 62) - 1
x = 88172645463325252 & MASK
for i in range(300):
    x ^= (x & 0x1FFFFF) << 13
    x ^= x >> 7
    x ^= (x & 0xFFFFFFFF) << 17
    x &= MASK
    if i % 50 == 49:
        print(i, x)
