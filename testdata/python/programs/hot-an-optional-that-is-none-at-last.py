def value(i):
    return None if i > 1995 else i


total = 0
missing = 0
for i in range(2000):
    v = value(i)
    if v is None:
        missing += 1
    else:
        total += v
print(total, missing)
