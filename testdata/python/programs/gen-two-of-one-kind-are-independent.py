def counter(start, step):
    while True:
        yield start
        start += step


a = counter(0, 1)
b = counter(100, -10)
for i in range(4):
    print(next(a), next(b))
print(next(a) + next(a) * next(b))
