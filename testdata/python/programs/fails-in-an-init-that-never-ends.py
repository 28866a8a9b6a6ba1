class Never:
    def __init__(self, a):
        self.a = a
        raise ValueError("no")

    def twice(self, n):
        return self.a + n


print("before")
if Never(1).twice(2):
    print("after")
