for word in "a b c".split():
    print(word)
