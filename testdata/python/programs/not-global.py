count = 0


def up():
    global count
    count += 1


up()
print(count)
