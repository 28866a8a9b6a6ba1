total = 0
halves = 0
for i in range(-1000, 1000):
    x = i / 4
    total += round(x) * 3 - int(x)
    if round(x) != int(x + 0.5):
        halves += 1
print(total, halves)
print(sum(round(i / 8) for i in range(1000)), round(sum(round(i / 7, 2) for i in range(64)), 6))
