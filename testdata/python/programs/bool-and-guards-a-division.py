def ratio(a, b):
    return b != 0 and a // b > 2


for b in range(-3, 4):
    print(b, ratio(9, b), b == 0 or 9 % b == 0)
