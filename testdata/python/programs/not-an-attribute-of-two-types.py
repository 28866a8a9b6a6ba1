class Box:
    def __init__(self, value):
        self.value = value


b = Box(1)
b.value = "one"
print(b.value)
