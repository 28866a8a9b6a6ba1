print(sum(range(100)))
print(sum(4611686018427387904 for i in range(2)))  # fails
