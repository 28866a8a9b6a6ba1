def countdown(n):
    if n > 0:
        yield n
        for x in countdown(n - 1):
            yield x


print(sum(countdown(30)))
for x in countdown(4):
    print(x)
