print("abcdef"[::2])
