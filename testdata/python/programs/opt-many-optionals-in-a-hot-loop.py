def mix(a=None, b=None, c=None):
    if a is None:
        a = 1
    if b is None:
        b = 10
    if c is None:
        c = 100
    return a + b + c


total = 0
for i in range(400):
    total += mix(i if i % 2 else None, i if i % 3 else None, None if i % 5 else i)
print(total)
print(mix(), mix(2), mix(b=3), mix(None, None, 4))
