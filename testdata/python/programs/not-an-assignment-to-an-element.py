t = (1, 2, 3)
if len(t) > 5:
    t[0] = 5
print(t)
