i = 100
for i in range(3):
    pass
print(i)
for i in range(0):
    pass
print(i)
for i in range(5, 0, -2):
    pass
print(i)
