import math

print(math.pi, math.e, math.tau, math.inf, -math.inf, math.nan)
print(math.pi / 2, math.tau == 2 * math.pi, math.inf > 1e308)
