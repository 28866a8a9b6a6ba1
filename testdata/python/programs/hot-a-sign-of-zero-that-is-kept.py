import math


def flip(x, i):
    return -x if i % 2 else x * 1.0


x = 0.0
minus = 0
for i in range(1001):
    x = flip(x, i) + 0.0 * -1.0
    if math.copysign(1.0, x) < 0:
        minus += 1
y = -0.0
for i in range(1000):
    y = y * 1.0 - 0.0
z = -0.0
for i in range(1000):
    z = z + 0.0
print(x, minus, y, z)
