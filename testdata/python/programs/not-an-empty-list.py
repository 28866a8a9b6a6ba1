values = []
print(len(values))
