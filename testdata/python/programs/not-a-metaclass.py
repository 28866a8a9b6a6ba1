class A(metaclass=type):
    def f(self):
        return 1


print(A().f())
