def parent(n):
    return None if n <= 1 else n // 2


n = 100
while n is not None:
    print(n)
    n = parent(n)
print(n)
