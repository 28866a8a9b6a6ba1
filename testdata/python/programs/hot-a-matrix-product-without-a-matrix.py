def entry(i, j):
    return (i * 7 + j * 3) % 11 - 5


N = 16
trace = 0
check = 0
for i in range(N):
    for j in range(N):
        t = 0
        for k in range(N):
            t += entry(i, k) * entry(k, j)
        if i == j:
            trace += t
        check = (check * 31 + t) % 1000003
print(trace, check)
