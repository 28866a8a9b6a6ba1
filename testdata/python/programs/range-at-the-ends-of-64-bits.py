least = -(2**63)
most = 2**63 - 1


def show(numbers):
    for n in numbers:
        print(n, end=" ")
    print()


show(n for n in reversed(range(least, least + 3)))
show(n for n in reversed(range(most, most - 8, -3)))
show(n for n in reversed(range(least, most, 2**62)))
show(n for n in reversed(range(most, least, least)))
show(n for n in reversed(range(5, 5)))
show(n for n in reversed(range(9, 0, -4)))
print(range(least, most, 2**62)[3], range(most, least, least)[1])
for step in (1, -1, 3, least):
    for n in reversed(range(most - 3, most, step)):
        print(n, end=" ")
    for n in reversed(range(least + 3, least, step)):
        print(n, end=" ")
    print()
for a, b in zip(reversed(range(least, least + 2)), reversed(range(most, most - 2, -1))):
    print(a, b)
