total = 0
for x in b"wirelens":
    total = total * 3 + x
    print(x, end=" ")
print(total)
print(sum(b"\xff\xff"), max(b"hello"), min(b"hello"), len(b"hello"))
for i, x in enumerate(b"\x05\x06", 1):
    print(i, x)
