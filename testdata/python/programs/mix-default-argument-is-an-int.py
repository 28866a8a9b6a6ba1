def scale(x, factor=1):
    return x * factor


print(scale(3), scale(3, 2), scale(3, 0.5), scale(1.5), scale(1.5, 2), scale(2, factor=1.0))
