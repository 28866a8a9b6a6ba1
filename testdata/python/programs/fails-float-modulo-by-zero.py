def rest(x, y):
    return x % y  # fails


print(rest(5.5, 2.0))
print(rest(5.5, 0.0))
