print(int("ff", 16), int("0xff", 16), int("101", 2), int("-7f", 16), int("777", 8))
print(int("z", 36), int("0b11", 2), int("FF", 16))
