# A part of a condition that always raises is only reached if the parts before it do not decide the result.
def never():
    raise ValueError("never")


def seen(x):
    if x >= 8 and never():
        return "both"
    return "not both"


def total(n):
    t = 0
    for i in range(n):
        if i < 50 or never():
            t += i
        else:
            t -= 1
        while i > 100 and (i < 200 or never()):
            t += 1
        if not (i < 0 and never()):
            t += 1
        t += 5 if i > 90 and never() else 1
        if 0 > i > never():
            t += 1000
    return t


print(seen(3), total(50))
print(3 > 5 and never(), 3 or never())
print(seen(9))
