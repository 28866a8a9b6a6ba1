class Parser:
    def __init__(self):
        self.state = 0
        self.words = 0
        self.letters = 0

    def feed(self, c):
        if c == " ":
            self.state = 0
        else:
            if self.state == 0:
                self.words += 1
            self.state = 1
            self.letters += 1


def count(text):
    p = Parser()
    for c in text:
        p.feed(c)
    return p.words, p.letters


print(count("the quick brown fox"))
print(count("  leading and trailing  "))
print(count(""))
print(count("   "))
