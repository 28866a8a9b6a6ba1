def letters():
    yield "x"
    yield "y"
    yield "z"


for i, c in enumerate(letters()):
    print(i, c)
for i, c in enumerate(letters(), 10):
    print(i, c)
for i, (j, c) in enumerate(enumerate(letters(), start=5)):
    print(i, j, c)
