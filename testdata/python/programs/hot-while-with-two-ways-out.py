def search(n):
    low = 0
    high = n
    steps = 0
    while low < high:
        steps += 1
        middle = (low + high) // 2
        if middle * middle == n:
            return middle, steps
        if middle * middle < n:
            low = middle + 1
        else:
            high = middle
    return -1, steps


found = 0
total = 0
for n in range(1500):
    root, steps = search(n)
    total += steps
    if root >= 0:
        found += root
print(found, total)
