def count(n, limit, factor=2):
    return sum(1 for x in range(n) if x * factor < limit)


print(count(10, 6), count(10, 100), count(10, 6, 3), count(10, 6, factor=0))
