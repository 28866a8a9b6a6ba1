def power(a, n):
    return a**n  # fails


print(power(3, 39))
print(power(3, 40))
