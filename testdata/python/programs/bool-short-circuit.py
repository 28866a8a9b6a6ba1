def yes(name):
    print("yes", name)
    return True


def no(name):
    print("no", name)
    return False


print(yes("a") and yes("b"))
print(yes("a") and no("b"))
print(no("a") and yes("b"))
print(yes("a") or yes("b"))
print(no("a") or yes("b"))
print(no("a") or no("b"))
print(no("a") and yes("b") or yes("c"))
print(yes("a") or yes("b") and no("c"))
print(not no("a") and not yes("b"))
