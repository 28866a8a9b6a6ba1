t = (0,)
if t:
    print("one element is true")
if not ():
    print("none is false")
print(bool((0, 0)), bool(()))
