print(sum(i * x for i, x in enumerate(range(10, 20))))
print(sum(a * b for a, b in zip(range(5), range(5, 10))))
print(sum(i * ord(c) for i, c in enumerate("abc", 1)))
print(sum(a + b + c for a, b, c in zip(range(3), range(3), range(3))))
