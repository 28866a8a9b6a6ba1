def f(a, b):
    if a:
        if b:
            return 1
        else:
            return 2
    else:
        if b:
            return 3
    return 4


print(f(True, True), f(True, False), f(False, True), f(False, False))
