def numbers(n):
    for i in range(n):
        yield i


g = numbers(10)
total = 0
for a in g:
    b = next(g)
    print(a, b)
    total += a * b
print(total)
h = numbers(7)
for a, b in zip(h, h):
    print(a, b)
