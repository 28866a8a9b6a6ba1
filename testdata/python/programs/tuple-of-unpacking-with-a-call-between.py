def say(x):
    print("say", x)
    return x


a, b = say(1), say(2)
print(a, b)
a, b = say(b), say(a)
print(a, b)
