print(abs(-5), abs(5), abs(-2.5), abs(-0.0), abs(True))
print(min(3, 1, 2), max(3, 1, 2), min(2, 1), max(-1.5, -2.5), min("b", "a"), max((1, 2), (1, 3)))
print(min((4, 2, 8)), max((4, 2, 8)), min("hello"), max("hello"), min(b"ab"), max(range(5)))
print(max(1, 1), min(True, 2), max(False, 0))
