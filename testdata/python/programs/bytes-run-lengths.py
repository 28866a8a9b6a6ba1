DATA = b"aaabccddddde"
i = 0
while i < len(DATA):
    j = i
    while j < len(DATA) and DATA[j] == DATA[i]:
        j += 1
    print(DATA[i:i + 1], j - i)
    i = j
