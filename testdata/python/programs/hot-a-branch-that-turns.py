total = 0
for i in range(3000):
    if i < 1500:
        total += i
    else:
        total -= 2 * i
print(total)
