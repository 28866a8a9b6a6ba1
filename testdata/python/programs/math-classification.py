import math

for x in (0.0, 1.5, float("inf"), float("-inf"), float("nan")):
    print(x, math.isnan(x), math.isinf(x), math.isfinite(x))
print(math.isnan(5), math.isfinite(5), math.fabs(-3), math.copysign(1, -0.0), math.copysign(3, 2.0))
