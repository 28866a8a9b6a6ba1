print(int(2.9), int(-2.9), int(0.99), int(-0.99), int(-0.0), int(1e18), int(-1e18))
print(int(9007199254740992.0), int(4503599627370495.5), int(9.223372036854775e18))
print(int(True), int(7), int(-7))
for x in (0.5, 1.5, -0.5, -1.5, 1e10 + 0.7):
    print(x, int(x), x - int(x))
