def least(n):
    return min(i for i in range(n))  # fails


print(least(3))
print(least(0))
