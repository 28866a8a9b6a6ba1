x = 1.0
for i in range(5, -1, -1):
    x = 1.0 / (i * 0.5)  # fails
    print(x)
