WORDS = ("lens", "wire", "byte", "word")
count = 0
length = 0
for i in range(2000):
    w = WORDS[i * i % 4]
    if w == "wire" or w > "u":
        count += 1
    length += w.find("e")
print(count, length)
