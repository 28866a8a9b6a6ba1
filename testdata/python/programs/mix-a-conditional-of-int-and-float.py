def pick(which):
    return 1 if which else 2.0


print(pick(True), pick(False))
print(pick(True) + 1, pick(False) + 1)
print(pick(True) * 0.5, pick(False) * 0.5)
print(pick(True) == 1, pick(False) == 2)
print(pick(True) // 1, pick(False) // 1)
