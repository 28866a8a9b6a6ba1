def halve(x):
    while x > 0.1:
        yield x
        x /= 2


for h in halve(3.0):
    print(h)
print(sum(halve(1024.0)))
