import math

for x in (1.0, 0.5, 0.0):
    print(f"{math.log(x):.6f}")  # fails
