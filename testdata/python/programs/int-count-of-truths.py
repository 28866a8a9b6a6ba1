def even(n):
    return n % 2 == 0


count = 0
for n in range(101):
    count += even(n)
    count += n > 50
print(count)
