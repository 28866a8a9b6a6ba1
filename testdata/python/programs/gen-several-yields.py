def three():
    yield 1
    print("between")
    yield 2
    yield 3
    print("end")


for x in three():
    print(x)
print(sum(three()))
