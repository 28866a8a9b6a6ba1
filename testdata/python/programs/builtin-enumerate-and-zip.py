for i, x in enumerate((5, 6, 7)):
    print(i, x)
for i, x in enumerate("ab", start=-1):
    print(i, x)
for a, b, c in zip((1, 2, 3), "ab", range(10, 30, 10)):
    print(a, b, c)
for i, (a, b) in enumerate(zip(range(3), range(5, 8))):
    print(i, a, b)
for p in zip((1, 2), (3, 4)):
    print(p)
for p in enumerate("xy"):
    print(p)
