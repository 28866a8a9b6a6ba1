a = 1
b = 2
print(not a == b, not a < b, (not a) == b, a + 1 == b, a == b - 1)
print(a < b and b < 3, a < b or b > 3 and a > 5, not a and b, not (a and b))
print(1 if a > b else 2 if a == b else 3)
print(a if a > b else b, (a if a > b else b) + 10, a if a > b else b + 10)
