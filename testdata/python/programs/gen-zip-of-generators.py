# The first of them is inlined into the loop; this must not be visible.


def up(name, n):
    print(name, "starts")
    for i in range(n):
        yield i
    print(name, "ends")


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def main():
    for lengths in ((2, 3, 4), (3, 2, 4), (4, 3, 2), (0, 1, 1), (1, 0, 1), (3, 3, 3)):
        a, b, c = lengths
        for i, j, k in zip(up("first", a), up("second", b), up("third", c)):
            print(i, j, k)
        else:
            print("else")
    for i, j in zip(up("first", 3), range(10, 20, 5)):
        print(i, j)
    for i, j in zip(up("first", 9), "abc"):
        if j == "b":
            continue
        print(i, j)
    for i, j in zip(up("first", 9), up("second", 9)):
        if j == 2:
            break
        print(i, j)
    else:
        print("not here")
    for (i, x) in zip(up("first", 3), (1, 2.5, None)):
        print(i, x)
    for n, (i, (j, k)) in enumerate(zip(up("first", 2), zip(up("second", 2), up("third", 2)))):
        print(n, i, j, k)
    for (one,) in zip(up("alone", 2)):
        print(one)
    g = up("waits", 4)
    print(sum(i * j for i, j in zip(g, up("second", 3))))
    g = up("same", 5)
    for i, j in zip(g, g):
        print(i, j)
    print(max(i - j for i, j in zip(numbers(1000), numbers(900))))
    total = 0
    for i, j, k in zip(numbers(3000), numbers(4000), numbers(5000)):
        total += i + j * k
    print(total)


main()
