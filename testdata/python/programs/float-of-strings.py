print(float("1.5"), float("-2"), float("1e3"), float("  7.25  "), float(".5"), float("5."))
print(float("inf"), float("-inf"), float("nan"), float("Infinity"), float("-INF"))
print(float("1_000.5"), float("1E-2"), float("+3"), float("-0"))
print(float("0.1"), float("123456789012345678"), float("4.9e-324"), float("1e400"))
