x = 1
for i in range(2000):
    x = x * 3 % 1000003
    if x == 0:
        x = 9223372036854775807 * i
print(x)
