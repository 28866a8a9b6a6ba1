# Nested generators are inlined into the loop up to a size limit.


def three(source):
    for i in source:
        yield i
        yield i + 1
        yield i + 2


def five(source):
    for i in source:
        yield i
        yield 2 * i
        yield 3 * i
        yield 4 * i
        yield 5 * i


def up(n):
    for i in range(n):
        yield i


def main():
    total = 0
    for i in three(three(three(three(up(50))))):
        total += i
    print(total)
    for i in three(five(three(five(up(5))))):
        total += i
    print(total)
    total = 0
    a = up(1000)
    b = three(a)
    c = three(b)
    d = three(c)
    for i in d:
        if i % 2:
            continue
        total += i
    print(total)


main()
