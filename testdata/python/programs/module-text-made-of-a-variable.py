TEXT = "aé日b"
i = 3
i -= 1
one = TEXT[i]
print(one)
for j in range(2):
    print(one, TEXT[j])
