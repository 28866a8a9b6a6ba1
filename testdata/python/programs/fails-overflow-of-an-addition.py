x = 9223372036854775800
for i in range(20):
    if i % 5 == 0:
        print(i)
    x += 1  # fails
