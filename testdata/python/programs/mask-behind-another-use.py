def f(h):
    h *= 0x100000001B3
    g = h >> 3
    h &= 0xFFFFFFFFFFFFFFFF
    return g, h


print(f(3))
print(f(2**60))
