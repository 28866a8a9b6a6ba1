import math

print(math.sqrt(2), math.sqrt(0), math.sqrt(144), math.sqrt(1e-300), math.sqrt(-0.0))
print(math.pow(2, 10), math.pow(2, 0.5), math.pow(-2, 3), math.hypot(3, 4))
print(math.isqrt(0), math.isqrt(15), math.isqrt(16), math.isqrt(10**18), math.isqrt(9223372036854775807))
