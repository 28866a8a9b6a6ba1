print(1 == 1.0, 1 != 1.5, 2 > 1.5, 2 <= 2.0, -1 < -0.5)
print(True == 1.0, False == -0.0, 0 == -0.0)
a = 3
b = 3.0
print(a == b, a < b, a >= b, a is None, a <= b <= a)
print(1 < 1.5 < 2, 1 <= 1.0 <= 1)
