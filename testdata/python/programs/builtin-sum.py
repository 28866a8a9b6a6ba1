print(sum(range(10)), sum((1, 2, 3)), sum((1, 2, 3), 100), sum((0.5, 0.25, 0.125)), sum(()), sum((), 5))
print(sum(i * i for i in range(10)), sum((i for i in range(5)), 10), sum(x / 4 for x in range(8)))
print(sum(range(5), start=3))
