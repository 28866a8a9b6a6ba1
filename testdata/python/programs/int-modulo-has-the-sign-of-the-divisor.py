def show(a, b):
    print(f"{a} % {b} = {a % b}")


for a in range(-7, 8):
    show(a, 3)
    show(a, -3)
show(-1, 9223372036854775807)
show(9223372036854775807, -2)
show(0, -1)
