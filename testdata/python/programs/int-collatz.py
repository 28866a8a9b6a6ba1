def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count


most = 0
for n in range(1, 200):
    s = steps(n)
    if s > most:
        most = s
        print(n, s)
