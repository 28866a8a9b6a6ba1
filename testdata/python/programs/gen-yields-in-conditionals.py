def spell(n):
    for i in range(n):
        if i % 6 == 0:
            yield -1
        elif i % 3 == 0:
            yield -3
            yield i
        else:
            if i % 2:
                continue
            yield i


for x in spell(14):
    print(x, end=" ")
print()
