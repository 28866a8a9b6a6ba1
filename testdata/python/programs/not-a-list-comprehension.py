squares = [x * x for x in range(5)]
print(sum(squares))
