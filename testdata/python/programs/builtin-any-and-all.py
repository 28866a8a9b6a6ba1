print(any((False, True)), any((False, False)), any(()), all((True, False)), all((1, 2)), all(()))
print(any(c == "x" for c in "axb"), all(c == "x" for c in "xxx"), any("\0"), all((0.0, 1.0)))
