class Light:
    def __init__(self, name):
        self.name = name
        self.on = False

    def toggle(self):
        self.on = not self.on
        return self.on


a = Light("hall")
b = Light("stairs")
print(a.name, a.on, a.toggle(), a.toggle(), a.toggle(), a.on)
print(b.name, b.on)
a.name = "attic"
print(a.name, f"{a.name}: {a.on}")
