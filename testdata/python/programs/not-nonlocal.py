def outer():
    n = 0

    def up():
        nonlocal n
        n += 1

    up()
    return n


print(outer())
