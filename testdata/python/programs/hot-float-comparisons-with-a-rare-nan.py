def value(i):
    return float("nan") if i % 500 == 499 else i % 17 / 4


less = 0
not_less = 0
largest = 0.0
for i in range(2000):
    x = value(i)
    if x < 2.0:
        less += 1
    if not x >= 2.0:
        not_less += 1
    largest = max(largest, x)
print(less, not_less, largest)
