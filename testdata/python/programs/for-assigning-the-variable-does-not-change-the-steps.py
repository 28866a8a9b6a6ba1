for i in range(4):
    print(i, end=" ")
    i += 10
    print(i, end=" ")
print()
n = 3
for i in range(n):
    n = 10
    print(i, n)
