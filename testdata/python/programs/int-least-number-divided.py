least = -9223372036854775807 - 1


def div(a, b):
    return a // b


print(div(least, 1))
print(div(least, 2))
print(div(least, -2))
print(div(least, 3))
print(div(least, least))
print(div(least, 9223372036854775807))
print(div(9223372036854775807, least))
