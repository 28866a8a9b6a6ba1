class A:
    def __init__(self, x):
        self.a = 1
        if x:
            return
        self.a = self.get() + 1

    def get(self):
        return self.a


print(A(True).a, A(False).a)
