def sign(x):
    return -1 if x < 0 else 0 if x == 0 else 1


def grade(n):
    return "low" if n < 10 else ("middle" if n < 20 else "high")


print(sign(-5), sign(0), sign(5), sign(-0.5))
print(grade(5), grade(15), grade(25))
print((1 if True else 2) if False else (3 if False else 4))
print(1 + 2 if False else 3, 1 + (2 if False else 3))
