(a, (b, c)), d = (1, (2, 3)), 4
print(a, b, c, d)
a, (b, (c, d)) = d, (c, (b, a))
print(a, b, c, d)
for i, (x, y) in enumerate(((1, 2), (3, 4))):
    print(i, x, y)
(e, f) = 5, 6
print(e, f)
