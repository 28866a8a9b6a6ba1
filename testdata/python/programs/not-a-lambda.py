double = lambda x: 2 * x
print(double(4))
