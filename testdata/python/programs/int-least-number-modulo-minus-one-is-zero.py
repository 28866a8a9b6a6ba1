least = -9223372036854775807 - 1


def mod(a, b):
    return a % b


print(least)
print(mod(least, -1))
print(mod(least, 1))
print(mod(least, 10))
print(mod(least, -10))
print(mod(least, least))
print(mod(9223372036854775807, least))
