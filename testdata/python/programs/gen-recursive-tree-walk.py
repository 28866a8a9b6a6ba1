def walk(depth, label):
    if depth > 0:
        yield from walk(depth - 1, 2 * label)
        yield label
        yield from walk(depth - 1, 2 * label + 1)


for x in walk(3, 1):
    print(x, end=" ")
print()
print(sum(walk(8, 1)))
