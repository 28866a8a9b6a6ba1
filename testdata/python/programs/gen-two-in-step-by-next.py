def multiples(k):
    n = k
    while True:
        yield n
        n += k


a = multiples(3)
b = multiples(5)
x = next(a)
y = next(b)
found = 0
while found < 5:
    if x == y:
        print(x)
        found += 1
        x = next(a)
    elif x < y:
        x = next(a)
    else:
        y = next(b)
