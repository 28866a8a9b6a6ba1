print(len(""), len("abc"), len(b"\0\0"), len((1, 2, 3)), len(()), len(range(7)), len(range(0, 10, 3)))
