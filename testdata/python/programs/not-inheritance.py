class A:
    def f(self):
        return 1


class B(A):
    def g(self):
        return 2


print(B().f() + B().g())
