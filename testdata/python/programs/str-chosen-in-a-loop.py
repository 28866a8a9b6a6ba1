longest = ""
for word in ("one", "three", "two", "seven", "four"):
    if len(word) > len(longest):
        longest = word
    print(word, longest)
state = "start"
for i in range(6):
    print(i, state)
    state = "even" if state == "odd" or state == "start" else "odd"
