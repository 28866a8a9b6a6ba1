def fletcher(data):
    a = 0
    b = 0
    for x in data:
        a = (a + x) % 255
        b = (b + a) % 255
    return b << 8 | a


print(fletcher(b""), fletcher(b"abcde"), fletcher(b"abcdef"), fletcher(b"abcdefgh"))
