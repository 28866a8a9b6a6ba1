def check(x):
    print(x == None, x != None, not x)


check(None)
check(0)
check(3)
