def run():
    n = 3
    g = (x for x in range(n))
    n = 100
    print(sum(g))
    m = 3
    h = (x + y for x in range(2) for y in range(m))
    m = 1
    print(sum(h))


run()
