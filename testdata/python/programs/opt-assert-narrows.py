def first(text):
    for c in text:
        if c != " ":
            return c


c = first("  abc")
assert c is not None
print(c, ord(c), c == "a")
