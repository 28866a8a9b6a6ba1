print(float(3), float(-3), float(0), float(True))
print(float(9007199254740993), float(9007199254740995), float(9223372036854775807))
print(float(2**53 + 1), float(2**62 + 1), float(-9223372036854775807))
print(int(float(9007199254740993)), int(float(4611686018427387904)))
