def run():
    k = 1
    scaled = (x * k for x in range(5))
    k = 10
    print(next(scaled))
    k = 100
    print(next(scaled))
    k = 0
    print(sum(scaled))


run()
