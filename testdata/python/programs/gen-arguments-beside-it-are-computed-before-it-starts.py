# Other arguments of a call are computed after the iterable's own arguments, and before its first value.


def say(x):
    print("say", x)
    return x


def up(k):
    print("up starts", k)
    yield k
    yield k + 1


def none(k):
    print("none starts", k)
    if k < 0:
        yield k


print(sum(up(say(1)), say(2)))
print(sum((x for x in up(say(1))), say(2)))
print(max(up(say(1)), default=say(9)))
print(min((x for x in none(say(1))), default=say(9)))
print(max(none(say(1)), default=say(9)))
for i, x in enumerate((x for x in up(say(1))), say(2)):
    print(i, x)
for i, x in enumerate(up(say(1)), say(2)):
    print(i, x)
for i, x in enumerate(up(say(1)), start=say(2)):
    print(i, x)
k = 1
print(sum(up(say(k := 5)), k))
for i, x in enumerate(up(k := 6), k):
    print(i, x)
for i, x in enumerate(range(say(k := 7), 9), k):
    print(i, x)
print(next(up(say(1)), say(2)))
for a, b, c in zip((x for x in up(say(1))), up(say(2)), range(say(3), 9)):
    print(a, b, c)
for (i, (a, b)), c in zip(enumerate(zip(up(say(1)), up(say(2))), say(3)), range(say(4), 9)):
    print(i, a, b, c)
waits = up(say(1))
for i, x in enumerate(waits, say(2)):
    print(i, x)


def asked():
    print(sum(up(say(1)), say(2)))
    print(max(none(say(1)), default=say(9)))
    for i, x in enumerate(up(say(1)), say(2)):
        print(i, x)
        yield i + x


a = asked()
print(next(a), next(a))
