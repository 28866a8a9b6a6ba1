def first():
    return second() + 1


def second():
    return third(2) * 10


def third(x):
    return Box(x).value


class Box:
    def __init__(self, value):
        self.value = value


print(first())
