def running(n):
    t = 0
    for i in range(n):
        yield t
        t += 0.5


for x in running(4):
    print(x)
