def damp(x, factor=None):
    if factor is None:
        return x
    return x * factor


x = 1000.0
for i in range(900):
    x = damp(x, 0.99 if i % 4 == 0 else None)
    if i == 850:
        x = damp(x, factor=2.0)
print(x)
