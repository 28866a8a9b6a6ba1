most = 9223372036854775807
for i in range(most - 3, most):
    print(i)
for i in range(most - 7, most, 5):
    print(i)
for i in range(-most, -most + 2):
    print(i)
for i in range(-most + 1, -most - 1, -1):
    print(i)
