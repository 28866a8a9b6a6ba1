class Cursor:
    def __init__(self):
        self.at = 0
        self.calls = 0

    def me(self):
        self.calls += 1
        return self


c = Cursor()
c.me().at += 5
c.me().at *= 3
print(c.at, c.calls)
