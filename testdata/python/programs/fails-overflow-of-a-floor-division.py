def divide(a, b):
    return a // b  # fails


least = -9223372036854775807 - 1
print(divide(least, 1))
print(divide(least, -1))
