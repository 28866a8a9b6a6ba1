total = 0
for i in range(5):
    for j in range(i):
        total += i * j
count = 0
while count < 3:
    count += 1
    total -= count
print(total, i, j, count)
