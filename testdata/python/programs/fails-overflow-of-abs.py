def size(x):
    return abs(x)  # fails


least = -9223372036854775807 - 1
print(size(-5), size(least + 1))
print(size(least))
