for i in range(0, 10, 3):
    print(i, end=" ")
print()
for i in range(10, 0, -3):
    print(i, end=" ")
print()
for i in range(-5, 5, 4):
    print(i, end=" ")
print()
for i in range(5, -6, -5):
    print(i, end=" ")
print()
for i in range(3, 3):
    print("never")
for i in range(3, 2):
    print("never")
for i in range(2, 3, -1):
    print("never")
for i in range(-3):
    print("never")
