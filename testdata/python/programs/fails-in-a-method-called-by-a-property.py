class Text:
    def __init__(self, s):
        self.s = s

    def at(self, i):
        return self.s[i]  # fails

    @property
    def second(self):
        return self.at(1)


print(Text("ab").second)
print(Text("a").second)
