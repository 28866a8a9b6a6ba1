import math

for x in (2.5, -2.5, 0.0, 0.999, -0.001, 1e15 + 0.5, 7.0):
    print(x, math.floor(x), math.ceil(x), math.trunc(x))
print(math.floor(5), math.ceil(-5), math.floor(-0.5), math.ceil(-0.5), math.floor(9007199254740993))
