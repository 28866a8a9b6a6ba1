def find(target):
    for a in range(20):
        for b in range(a, 20):
            if a * a + b * b == target:
                return a, b
    return -1, -1


for t in (0, 25, 50, 3, 800, 722):
    print(t, find(t))
