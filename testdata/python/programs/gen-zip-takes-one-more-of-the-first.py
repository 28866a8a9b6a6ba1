def loud(name, n):
    for i in range(n):
        print(name, i)
        yield i
    print(name, "ends")


for a, b in zip(loud("a", 3), loud("b", 1)):
    print(a, b)
print("again")
for a, b in zip(loud("a", 1), loud("b", 3)):
    print(a, b)
