s = "wirelens"
for i in range(-len(s), len(s)):
    print(i, s[i], end=" ")
print()
print(s[0], s[3][0], s[2:][1])
