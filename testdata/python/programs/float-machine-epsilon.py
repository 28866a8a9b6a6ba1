e = 1.0
n = 0
while 1.0 + e / 2 != 1.0:
    e /= 2
    n += 1
print(n, e)
tiny = 1.0
n = 0
while tiny / 2 > 0.0:
    tiny /= 2
    n += 1
print(n, tiny)
