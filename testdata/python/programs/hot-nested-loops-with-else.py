found = 0
for n in range(2, 400):
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        found += n
print(found)
