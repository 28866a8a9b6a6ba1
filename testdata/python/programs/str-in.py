s = "a lens onto files"
for word in ("lens", "files", "a", " ", "", "Lens", "onto files", "files "):
    print(word, word in s, word not in s)
print("" in "", "a" in "", "ab" in "aab", "abc" in "ababc")
