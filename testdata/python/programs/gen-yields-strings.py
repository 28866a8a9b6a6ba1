def words():
    yield "one"
    yield "two"
    yield ""
    yield "three"


total = 0
for w in words():
    total += len(w)
    print(w, len(w), w > "one")
print(total)
