def rows(n):
    for r in range(n):
        yield r


def columns(r, n):
    for c in range(r, n):
        yield c


total = 0
for limit in range(50, 150):
    done = False
    for r in rows(12):
        for c in columns(r, 12):
            if r * c > limit:
                done = True
                break
            total += r + c
        if done:
            break
    else:
        total += 100000
print(total)
