def rest(a, b):
    return a % b  # fails


for b in range(3, -1, -1):
    print(rest(10, b))
