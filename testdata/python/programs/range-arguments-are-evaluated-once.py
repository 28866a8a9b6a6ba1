def say(x):
    print("say", x)
    return x


for i in range(say(0), say(6), say(2)):
    print(i)
