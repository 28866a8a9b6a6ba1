r = range(2, 20, 5)
print(len(r), 7 in r, 8 in r, 17 in r, 22 in r)
for i in r:
    print(i)
for i in r:
    print(-i)
print(sum(r), min(r), max(r))
