def below(x):
    return x - 2  # fails


print(below(5))
print(below(-9223372036854775806))
print(below(-9223372036854775807))
