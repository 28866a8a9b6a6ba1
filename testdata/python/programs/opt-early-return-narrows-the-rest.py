def describe(n):
    if n is None:
        print("nothing")
        return
    m = n * 2
    print(n, m, n > 3)


describe(1)
describe(None)
describe(5)
print(describe(7))
