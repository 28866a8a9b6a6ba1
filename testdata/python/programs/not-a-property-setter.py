class A:
    def __init__(self):
        self.n = 1

    @property
    def value(self):
        return self.n

    @value.setter
    def value(self, n):
        self.n = n


a = A()
a.value = 5
print(a.value)
