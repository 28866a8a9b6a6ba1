count = 0


def show():
    print(count)


show()
count = 5
show()
