def run():
    x = 7
    print(sum(x for x in range(4)))
    print(x)
    total = sum(x * i for i in range(3))
    print(total)


run()
