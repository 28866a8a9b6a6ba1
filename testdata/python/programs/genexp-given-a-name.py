def run(n):
    squares = (x * x for x in range(n))
    print(next(squares), next(squares))
    total = 0
    for s in squares:
        total += s
    return total


print(run(5))
print(run(2))
