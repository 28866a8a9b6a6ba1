a, b = 0, 1
for i in range(100):
    if i % 30 == 0:
        print(i, a)
    a, b = b, a + b  # fails
