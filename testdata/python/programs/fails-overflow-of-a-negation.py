def negative(x):
    return -x  # fails


least = -9223372036854775807 - 1
print(negative(5), negative(least + 1))
print(negative(least))
