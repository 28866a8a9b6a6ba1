x = 3
print(-(x**2), (-x) ** 2, -(x**2) + x**2)
print(-x**2)
print(2**3**2, (2**3) ** 2)
print(2**-x, -(2**-x))
print(-2**-2)
print(10 - 2**3 * 2)
