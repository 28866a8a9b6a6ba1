def some(n):
    for i in range(n):
        yield i


total = 0
rounds = 0
for n in range(120):
    g = some(n)
    for a in g:
        b = next(g, -1)
        total += a * 3 + b
        rounds += 1
print(total, rounds)
