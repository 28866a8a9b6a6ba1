print(1, -1, 1.5, True, None, "text", b"bytes", (1, 2), sep=" | ")
print(print("inner"))
print("unicode: é 日本 🙂")
print(1 == 1, 5 if True else 6, not 3, len("abc"))
