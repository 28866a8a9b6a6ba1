for x in map(abs, (1, -2)):
    print(x)
