def numbers(n):
    for i in range(n):
        yield i


def twice(n):
    yield from numbers(n)
    yield -1
    yield from range(n)
    yield from (x * 10 for x in numbers(n))


for x in twice(3):
    print(x)
print(sum(twice(20)))
