def nothing():
    pass


def early(x):
    if x > 0:
        return
    print("not positive", x)


print(nothing())
print(early(1), early(-1))
nothing()
early(0)
