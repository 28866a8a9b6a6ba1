class A:
    @staticmethod
    def f():
        return 1


print(A.f())
