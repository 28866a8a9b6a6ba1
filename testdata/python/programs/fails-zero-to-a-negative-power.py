def power(x, n):
    return x**n  # fails


print(power(0.5, -1))
print(power(0.0, -1))
