class A:
    @classmethod
    def make(cls):
        return cls()


print(A.make() is None)
