def say(x):
    print("say", x)
    return x


def pick(c):
    return say(1) if c else say(2)


print(pick(True))
print(pick(False))
print(say(3) if say(0) else say(4))
print(1 // 1 if True else 1 // 0)
