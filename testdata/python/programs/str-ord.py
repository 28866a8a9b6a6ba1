for c in ("a", "Z", "0", " ", "é", "日", "🙂", "\0"):
    print(ord(c))
print(ord("b") - ord("a"), ord(b"a"))
