def mean(n):
    total = 0
    count = 0
    for i in range(n):
        total += i / 4
        count += 1
    return total / count if count else total


print(mean(0))
print(mean(1))
print(mean(2))
print(mean(9))
