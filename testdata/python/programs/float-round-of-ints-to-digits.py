print(round(1234, 1), round(1234, 0), round(1234, -1), round(1235, -1), round(1245, -1))
print(round(1250, -2), round(1350, -2), round(-1250, -2), round(5, -1), round(15, -1), round(4, -1))
print(round(123, -5))
