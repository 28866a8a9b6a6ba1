total = 0
for i in range(2000):
    total ^= (i << (i % 50)) >> (i % 70)
print(total)
