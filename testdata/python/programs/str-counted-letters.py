def count(text, wanted):
    return sum(1 for c in text if c == wanted)


text = "mississippi"
for c in "misp":
    print(c, count(text, c), text.find(c))
