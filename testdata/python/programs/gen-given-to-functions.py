def numbers(n):
    for i in range(n):
        yield i


def total(values):
    t = 0
    for v in values:
        t += v
    return t


def doubled(values):
    for v in values:
        yield 2 * v


def odd(values):
    for v in values:
        if v % 2:
            yield v


print(total(numbers(10)))
print(total(doubled(numbers(10))))
print(total(doubled(odd(numbers(10)))))
print(total(odd(doubled(numbers(10)))))
print(total(odd(odd(doubled(doubled(odd(numbers(500))))))))
