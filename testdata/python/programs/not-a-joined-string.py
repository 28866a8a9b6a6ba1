print(", ".join(("a", "b")))
