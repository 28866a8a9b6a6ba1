def at(s, i):
    return s[i]  # fails


print(at("abc", 2), at("abc", -3))
print(at("abc", 3))
