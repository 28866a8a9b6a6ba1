def say(x):
    print("say", x)
    return x


print(say(1) < say(2) < say(3))
print(say(2) < say(1) < say(3))
print(say(1) < say(3) < say(2))
print(say(1) == say(2) == say(3))
print(not say(1) < say(2) > say(0))
