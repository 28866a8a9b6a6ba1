def divide(a, b):
    return a // b, a % b


def statistics(n):
    total = 0
    largest = 0
    for i in range(n):
        v = i * 17 % 23
        total += v
        if v > largest:
            largest = v
    return n, total, largest


q, r = divide(17, 5)
print(q, r)
print(divide(-17, 5))
print(statistics(10), statistics(100)[1], statistics(3)[-1])
