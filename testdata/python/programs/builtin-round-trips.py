for x in (0, 1, -1, 255, 9007199254740991):
    assert int(float(x)) == x
    assert round(float(x)) == x
    print(x, float(x), round(x / 2), int(x / 2))
