def show(a, b):
    print(a, b, a // b, a % b)


show(7.5, 2.0)
show(-7.5, 2.0)
show(7.5, -2.0)
show(-7.5, -2.0)
show(0.0, 3.0)
show(-0.0, 3.0)
show(0.0, -3.0)
show(1.0, 0.1)
show(0.3, 0.1)
show(-1e-20, 1.0)
show(1e300, 1e-10)
show(5.0, float("inf"))
show(-5.0, float("inf"))
show(6.0, 3.0)
show(-6.0, 3.0)
