def move(n, a, b, c):
    if n == 0:
        return 0
    count = move(n - 1, a, c, b)
    if n == 3:
        print("disk", n, "from", a, "to", c)
    return count + 1 + move(n - 1, b, a, c)


print(move(5, "left", "middle", "right"))
