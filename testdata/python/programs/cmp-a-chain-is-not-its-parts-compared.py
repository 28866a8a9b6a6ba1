print(1 < 3 > 2, (1 < 3) > 2)
print(3 > 2 == True, (3 > 2) == True, 3 > (2 == True))
print(1 == 1 in (1, 2), 2 == 2 != 3)
print(-1 < 0 < 1, (-1 < 0) < 1)
