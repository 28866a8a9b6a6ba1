def area(width, height=None):
    if height is None:
        height = width
    return width * height


print(area(3), area(3, 4), area(3, None), area(3, height=5), area(2.5))
