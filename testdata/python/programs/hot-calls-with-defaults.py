def f(a, b=3, c=None):
    if c is None:
        c = a - b
    return a * b + c


total = 0
for i in range(1500):
    total += f(i) + f(i, i) + f(i, c=i % 7) + f(b=2, a=i)
print(total)
