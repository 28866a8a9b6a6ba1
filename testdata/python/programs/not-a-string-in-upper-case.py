print("abc".upper())
