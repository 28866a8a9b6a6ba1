def words(text):
    count = 0
    longest = ""
    start = 0
    while start < len(text):
        end = text.find(" ", start)
        if end < 0:
            end = len(text)
        word = text[start:end]
        if word:
            count += 1
            if len(word) > len(longest):
                longest = word
        start = end + 1
    return count, longest


print(words("the quick brown fox"))
print(words("  a  bb  "))
print(words(""))
