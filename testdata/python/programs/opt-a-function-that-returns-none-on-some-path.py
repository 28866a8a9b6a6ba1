def half(n):
    if n % 2 == 0:
        return n // 2


def find(text, c):
    for i in range(len(text)):
        if text[i] == c:
            return i
    return None


for n in range(4):
    h = half(n)
    print(n, h, h is None)
print(find("hello", "l"), find("hello", "z"), find("", "a"))
