TABLE = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_of_year(month, day):
    total = day
    for m in range(month - 1):
        total += TABLE[m]
    return total


print(day_of_year(1, 1), day_of_year(3, 1), day_of_year(12, 31))
print(sum(TABLE), max(TABLE), min(TABLE), len(TABLE))
i = 1
print(TABLE[i], TABLE[-i], TABLE[i * 2])
