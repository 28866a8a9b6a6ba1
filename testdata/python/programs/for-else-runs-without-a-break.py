for i in range(3):
    print(i)
else:
    print("else")
for i in range(3):
    if i == 1:
        break
    print(i)
else:
    print("not this")
for i in range(0):
    print("never")
else:
    print("else of nothing")
for i in range(3):
    if i == 1:
        continue
    print(i)
else:
    print("else after continue")
