most = 2**63 - 1
for i, b in enumerate(b"abc", most - 2):
    print(i, b)
for i, b in enumerate((c for c in b"ab"), start=most - 1):
    print(i, b)
print(sum(i - most for i, b in enumerate(b"xyz", most - 2)))
for a, (i, b) in zip(range(3), enumerate(b"pq", -1)):
    print(a, i, b)
start = 5
while start > 3:
    for i, b in enumerate(range(2), start):
        print(i, b)
    start -= 1
