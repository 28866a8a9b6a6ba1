def split(text, c):
    i = text.find(c)
    if i < 0:
        return text, None
    return text[:i], text[i + 1:]


print(split("key=value", "="))
print(split("word", "="))
k, v = split("a=b=c", "=")
print(k, v)
k, v = split("none", "=")
print(k, v is None)
