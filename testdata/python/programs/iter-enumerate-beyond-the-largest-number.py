for i, b in enumerate(b"abc", 2**63 - 2):
    print(i, b)
