most = 9223372036854775807
least = -most - 1
print(len(range(most, -41, -2)), len(range(least, most, 3)), len(range(most, least, -7)), len(range(0, most)))
print(len(range(least, most, most)), len(range(most, least, least)), len(range(3, 3)), len(range(5, 0)), len(range(0, 5, -1)))
total = 0
for i in range(1, 500):
    total += len(range(-i, i, i % 7 + 1)) + len(range(i, -2 * i, -(i % 5) - 1))
    if i % 100 == 0:
        print(i, total, len(range(most, least, -i)))
