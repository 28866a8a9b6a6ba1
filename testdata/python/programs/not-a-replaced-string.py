print("abc".replace("b", "x"))
