def kahan(n):
    total = 0.0
    error = 0.0
    for i in range(n):
        y = 0.1 - error
        t = total + y
        error = (t - total) - y
        total = t
    return total, error


print(kahan(0))
print(kahan(10))
print(kahan(1000))
