def number(s):
    return float(s)  # fails


print(number("1e3"))
print(number("one"))
