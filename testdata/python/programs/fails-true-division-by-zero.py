total = 0
n = 0
print(total, n)
print(total / n)  # fails
