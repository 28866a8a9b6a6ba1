def steps(start=0, stop=10, step=3):
    while start < stop:
        yield start
        start += step


print(sum(steps()), sum(steps(5)), sum(steps(stop=4)), sum(steps(step=1, start=8)))
for x in steps(1, 9):
    print(x)
