line = ""
for c in "abc":
    line += c
print(line)
