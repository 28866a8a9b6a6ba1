class A:
    def __init__(self):
        self.n = 1


class B:
    def __init__(self):
        self.n = 2


def name(x):
    return "A" if isinstance(x, A) else "B" if isinstance(x, B) else "neither"


print(name(A()), name(B()), name(3))
