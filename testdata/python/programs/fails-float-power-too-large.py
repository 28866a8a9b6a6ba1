def power(x, n):
    return x**n  # fails


print(power(10.0, 300))
print(power(10.0, 400))
