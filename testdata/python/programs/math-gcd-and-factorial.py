import math

print(math.gcd(48, 36), math.gcd(-4, 6), math.gcd(0, 0), math.gcd(0, 5))
print(math.factorial(0), math.factorial(5), math.factorial(20))
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7.5, -2), -7 % 3)
