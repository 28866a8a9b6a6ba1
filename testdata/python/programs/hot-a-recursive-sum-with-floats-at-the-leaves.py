def area(low, high, depth):
    if depth == 0:
        x = (low + high) / 2
        return x * x * (high - low)
    middle = (low + high) / 2
    return area(low, middle, depth - 1) + area(middle, high, depth - 1)


for d in range(11):
    print(d, area(0.0, 3.0, d))
