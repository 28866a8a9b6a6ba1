def until(n):
    i = 0
    while True:
        if i == n:
            return
        yield i
        i += 1


for x in until(3):
    print(x)
print(sum(until(10)), sum(until(0)))
