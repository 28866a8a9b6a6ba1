def number(s):
    return int(s)  # fails


print(number("12") + number(" -5 "))
print(number("x"))
