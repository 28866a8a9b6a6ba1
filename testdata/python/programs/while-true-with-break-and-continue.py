n = 0
total = 0
while True:
    n += 1
    if n > 100:
        break
    if n % 3 == 0:
        continue
    if n % 7 == 0:
        total += 1000
        continue
    total += n
print(n, total)
