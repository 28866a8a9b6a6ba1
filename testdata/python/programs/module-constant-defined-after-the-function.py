def area(r):
    return PI * r * r


PI = 3.0
print(area(2))
