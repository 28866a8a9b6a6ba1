a, b = 1, 2
print(a, b)
a, b = b, a
print(a, b)
a, b, c = b, a, a + b
print(a, b, c)
a, b, c = c, a, b
print(a, b, c)
(a, b), c = (b, c), a
print(a, b, c)
