import math

nan, inf = float("nan"), float("inf")
for x in (nan, 0.0, -0.0, inf, -inf, 3.0):
    print(math.hypot(x, 0.0), math.hypot(0.0, x), math.hypot(x, nan), math.hypot(x, 4.0))
