def numbers(n):
    for i in range(n):
        yield i


g = numbers(2)
print(next(g, -1), next(g, -1), next(g, -1), next(g, -1))
print(next(numbers(0), 5))
