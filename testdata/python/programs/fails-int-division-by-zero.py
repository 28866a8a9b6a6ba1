def divide(a, b):
    return a // b  # fails


print(divide(7, 2))
for b in (2, 1, 0):
    print(divide(7, b))
