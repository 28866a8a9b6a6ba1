def f(x):
    return (x * 8 >> 3) & 0xFF


print(f(5))
print(f(2**62))
