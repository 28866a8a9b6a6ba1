def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


for n in range(18):
    print(n, fib(n))
