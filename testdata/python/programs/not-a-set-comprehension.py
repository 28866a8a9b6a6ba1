remainders = {x % 3 for x in range(10)}
print(len(remainders))
