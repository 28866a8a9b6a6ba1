a, b = 0, 1
pair = (a, b)
for i in range(20):
    pair = (pair[1], pair[0] + pair[1])
print(pair)
x, y, z = 1, 2, 3
for i in range(100):
    x, y, z = y, z, x
print(x, y, z)
