# A constant needs no hidden variable; in the second walk it is the result of a recursive call and needs some.
def text(n):
    k = b"ab"
    if n > 0:
        k = text(n - 1)
    t = 0
    for c in k:
        t += 0.5
    for i, c in enumerate(k):
        for d in k:
            t += i * 0.25
    print(t)
    return k


def outer(n):
    t = 0
    k = b"ab"
    s = "x"
    if n > 0:
        k = text(n - 1)
        s = "yz"
    for c in k:
        for d in s:
            t += 0.5
        for pair in zip(k, s):
            t += pair[0]
    print(t)


text(3)
outer(2)
outer(0)
