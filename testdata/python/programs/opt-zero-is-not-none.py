def show(x=None):
    print(x, x is None, x is not None, x == 0, "none" if x is None else "some")


show()
show(0)
show(1)
show(None)
