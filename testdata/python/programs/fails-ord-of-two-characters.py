def code(s):
    return ord(s)  # fails


print(code("a"))
print(code("ab"))
