total = 0
print(total)
for i in range(4):
    total += i * 0.5
    print(total)
product = 1
for i in range(5):
    print(product)
    product *= 1.5
print(product)
