# A generator that is assigned once and used once is created where it is used; this must not be visible.


def say(text, value):
    print(text, value)
    return value


def up(n):
    print("up starts", n)
    for i in range(n):
        yield i
    print("up ends")


def scaled(source, by):
    print("scaled starts", by)
    for i in source:
        yield i * by
    print("scaled ends")


def evens(source):
    for i in source:
        if i % 2 == 0:
            yield i


def both(first, second):
    yield from first
    yield from second


def total(numbers):
    print("total")
    return sum(numbers)


def firsts(numbers):
    return next(numbers), next(numbers)


def first_and_rest(numbers):
    for i in numbers:
        return i, sum(numbers)
    return None


def largest(numbers, otherwise=-1):
    best = otherwise
    for i in numbers:
        if i > best:
            best = i
        if i > 5:
            break
    else:
        print("all seen")
    return best


def later(flag):
    if flag:
        g = up(3)
    print("now")
    if flag:
        for i in g:
            print(i)


def main():
    # Arguments are computed at the call, and the generator's code runs when it is advanced.
    n = 3
    g = up(say("argument", n))
    n = 100
    print("between")
    for i in g:
        print(i)
    # Nested, also within the same function.
    a = scaled(up(3), say("by", 2))
    b = scaled(a, say("by", 10))
    print("between")
    for i in b:
        print(i)
    print(total(scaled(evens(scaled(up(5), 3)), 7)))
    # Passed to functions that use it once, or several times.
    print(total(up(4)))
    print(firsts(up(4)))
    print(first_and_rest(up(4)))
    print(largest(up(3)), largest(up(9)), largest(up(0)))
    print(largest(otherwise=7, numbers=scaled(source=up(3), by=2)))
    # One after the other.
    print(sum(both(up(2), scaled(up(3), 2))))
    # Left before its end, and never advanced.
    h = up(10)
    for i in h:
        if i == 2:
            break
    unused = up(5)
    # A new one in each iteration.
    for k in range(3):
        inner = scaled(up(k), k)
        print("sum", sum(inner))
    later(True)
    later(False)
    # The same one twice: the second loop gets the rest of it.
    twice = up(4)
    for i in twice:
        if i == 1:
            break
    print(sum(twice))
    # In a loop, but created before it.
    once = up(3)
    for k in range(2):
        for i in once:
            print(k, i)
    # Within expressions.
    one, two = up(3), up(4)
    print(sum(i * j for i in one for j in range(2)), max(i for i in two))
    kept = up(3)
    expression = (i + 1 for i in kept)
    print("not yet")
    print(next(expression), next(expression))
    t = up(2)
    print(1 if t else 0)


main()

m = scaled(up(3), 2)
for i in m:
    print(i)


def tree(n):
    if n > 0:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


def walk(numbers, n):
    if n == 0:
        return sum(numbers)
    return n + walk(tree(n), n - 1)


print(walk(tree(3), 4))
