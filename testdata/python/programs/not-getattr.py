class A:
    def __init__(self):
        self.n = 1


print(getattr(A(), "n"))
