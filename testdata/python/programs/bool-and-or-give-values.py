def both(a, b):
    print(a and b, a or b, not a, not b)


both(0, 5)
both(3, 0)
both(3, 5)
both(0, 0)
print(0.0 or 1.5, 2.5 or 1.5, 0.0 and 1.5, 2.5 and 1.5)
print("" or "default", "given" or "default", "" and "x", "y" and "x")
print(1 and 2 and 3, 1 and 0 and 3, 0 or 0 or 7, 0 or 5 or 7)
