def f():
    x = yield 1
    print(x)


for v in f():
    print(v)
