def naturals():
    n = 0
    while True:
        yield n
        n += 1


for n in naturals():
    if n * n > 200:
        print(n)
        break
else:
    print("never")
for n in naturals():
    if n % 2:
        continue
    if n > 6:
        break
    print(n)
