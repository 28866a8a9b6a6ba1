def numbers(n):
    for i in range(n):
        yield i


g = numbers(6)
print(next(g))
for x in g:
    print("first", x)
    if x == 2:
        break
for x in g:
    print("second", x)
for x in g:
    print("never", x)
h = iter(numbers(2))
print(next(h), next(h))
