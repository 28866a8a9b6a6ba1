class A:
    def __init__(self):
        self.n = 0


S = A()


def f():
    S.n += 1
    return S.n


print(f(), f())
