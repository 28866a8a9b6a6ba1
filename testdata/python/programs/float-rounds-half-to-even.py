for i in range(-7, 8):
    print(i / 2, round(i / 2))
print(round(2.5), round(3.5), round(-2.5), round(0.5), round(1.5))
print(round(0.49999999999999994), round(4503599627370497.5), round(1e15 + 0.5))
print(round(7), round(-7), round(True))
print(round(-0.3), round(0.3))
