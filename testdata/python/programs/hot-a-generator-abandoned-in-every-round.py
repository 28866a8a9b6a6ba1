def naturals(start):
    n = start
    while True:
        yield n
        n += 1


total = 0
for i in range(300):
    for n in naturals(i):
        if n % 7 == 3:
            total += n
            break
print(total)
