for x in (0.0, -0.0, 1e-320, 1.0, float("nan"), float("inf")):
    if x:
        print(x, "true", bool(x))
    else:
        print(x, "false", not x)
print(bool(0), bool(-1), bool(0.0), bool(0.1))
print(bool(""), bool("a"), bool(b""), bool(b"\0"), bool(None))
