n = 3
while n > 0:
    print(n)
    n -= 1
else:
    print("else", n)
n = 3
while n > 0:
    n -= 1
    if n == 1:
        break
else:
    print("not this")
print(n)
while False:
    print("never")
else:
    print("else at once")
