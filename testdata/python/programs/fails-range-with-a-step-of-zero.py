def count(step):
    n = 0
    for i in range(0, 10, step):  # fails
        n += 1
    return n


print(count(3))
print(count(0))
