import math

for k in range(9):
    a = k * math.pi / 4
    print(k, f"{math.sin(a) + 2:.10f} {math.cos(a) + 2:.10f}")
print(f"{math.tan(1):.12f} {math.asin(0.5):.12f} {math.acos(0.5):.12f} {math.atan(1):.12f}")
print(f"{math.sinh(1):.12f} {math.cosh(1):.12f} {math.tanh(1):.12f}")
print(math.sin(0), math.cos(0), math.atan2(0, 1), math.degrees(math.pi), f"{math.radians(180):.12f}")
