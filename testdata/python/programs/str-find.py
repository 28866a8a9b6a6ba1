s = "the quick brown fox, the lazy dog"
print(s.find("the"), s.find("the", 1), s.find("z"), s.find("zz"), s.find(""), s.find("dog"))
print("".find("a"), "".find(""), "a".find("ab"), "aaa".find("aa", 1))
at = s.find("o")
while at >= 0:
    print(at)
    at = s.find("o", at + 1)
