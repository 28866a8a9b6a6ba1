print(sum(range(101)), sum(range(0)), sum(range(10, 0, -1)), sum(range(-5, 6)))
print(max(range(3, 17, 4)), min(range(3, 17, 4)))
print(any(range(0)), any(range(1)), any(range(2)), all(range(0)), all(range(1)), all(range(1, 3)))
