b = b"GIF89a\x00\x01\x00\x3b"
print(b.startswith(b"GIF"), b.startswith(b"gif"), b.endswith(b"\x3b"), b.endswith(b";"), b.endswith(b""))
print(b.find(b"89"), b.find(b"\x00"), b.find(b"\x00", 7), b.find(b"zz"), b"9a" in b, b"a9" in b)
print(0x3B in b, 0x3C in b, 71 in b)
