def f(a, b=2, c=3):
    print(a, b, c)


f(1)
f(1, 5)
f(1, 5, 6)
f(1, c=9)
f(a=4)
f(c=7, a=8)
f(c=1, b=2, a=3)
f(0, b=-1)
