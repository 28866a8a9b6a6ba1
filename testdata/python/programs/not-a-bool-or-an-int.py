count = 0
for i in range(1000):
    hit = i % 3 == 0
    count += hit
    count += (i % 5 == 0) and 10
    count -= not hit
print(count)
