if len("") > 0:
    print(input())
print(1)
