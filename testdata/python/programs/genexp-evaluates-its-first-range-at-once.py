def run():
    n = 3
    g = (x for x in range(n))
    n = 100
    print(sum(g))


run()
