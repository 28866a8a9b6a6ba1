nan = float("nan")
print(max(nan, 1.0), max(1.0, nan), min(nan, 1.0), min(1.0, nan))
print(max(1.0, nan, 2.0), max(nan, 1.0, 2.0), min(3.0, nan, 2.0))
best = 0.0
for x in (1.0, nan, 0.5):
    best = max(best, x)
    print(best)
