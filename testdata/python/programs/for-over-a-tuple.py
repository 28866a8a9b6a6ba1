for x in (3, 1, 2):
    print(x)
for s in ("a", "bc", ""):
    print(len(s), s)
for x in (0.5, -1.5):
    print(x * 2)
