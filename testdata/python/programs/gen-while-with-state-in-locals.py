def digits(n):
    while n:
        yield n % 10
        n //= 10


print(sum(digits(9876543210)))
for n in (0, 5, 1234):
    count = 0
    for d in digits(n):
        count += 1
        print(d, end=",")
    print(count)
