class C:
    def __init__(self):
        self.n = 0


a = C()
b = a
print(a is b)
