def bits(x):
    n = 0
    while x:
        x &= x - 1
        n += 1
    return n


print(bits(0), bits(1), bits(255), bits(0x7FFFFFFFFFFFFFFF))
print(sum(bits(i) for i in range(256)))
