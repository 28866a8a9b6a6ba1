def say(x):
    print("say", x)
    return x


def f(a, b, c):
    print(a, b, c)


f(c=say(1), a=say(2), b=say(3))
f(say(4), c=say(5), b=say(6))
