x = 1
print(x)
x = "one"
print(x)
