print(True < 2, False < True, True == 1, True != 2, True >= 1)
x = 5
print((x > 3) + (x > 4) + (x > 5), (x > 3) == (x > 4), (x > 3) < (x > 5))
print(True is True, True is not False)
