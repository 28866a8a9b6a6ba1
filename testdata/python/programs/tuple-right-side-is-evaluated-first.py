x = 1
y = 2
x, y = x + y, x - y
print(x, y)
x = y = 5
print(x, y)
x, y = y, x = 3, 4
print(x, y)
a = b, c = 7, 8
print(a, b, c)
