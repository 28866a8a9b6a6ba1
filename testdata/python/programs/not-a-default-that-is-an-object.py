class A:
    def __init__(self):
        self.n = 0


def f(a=A()):
    a.n += 1
    return a.n


print(f(), f())
