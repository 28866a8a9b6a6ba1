def squares(n):
    for i in range(n):
        yield i * i


for x in squares(5):
    print(x)
print(sum(squares(100)), max(squares(10)), min(squares(10)))
for x in squares(0):
    print("never")
