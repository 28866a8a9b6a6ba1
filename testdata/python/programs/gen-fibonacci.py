def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


for i, f in enumerate(fibonacci()):
    print(i, f)
    if i == 90:
        break
