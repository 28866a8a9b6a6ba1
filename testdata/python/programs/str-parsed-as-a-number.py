def parse(s):
    n = 0
    for c in s:
        if not "0" <= c <= "9":
            return None
        n = n * 10 + (ord(c) - ord("0"))
    return n


print(parse("0"), parse("12345"), parse("12x"), parse(""), parse("9223372036854775807"))
print(int("42"), int("-17"), int("  8 "), int("1_000"), int("+5"), int("0007"))
