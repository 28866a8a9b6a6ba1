def choose(n, k):
    if k == 0 or k == n:
        return 1
    return choose(n - 1, k - 1) + choose(n - 1, k)


for n in range(10):
    for k in range(n + 1):
        print(choose(n, k), end=" ")
    print()
