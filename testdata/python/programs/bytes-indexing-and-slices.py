b = b"\x00\x01hello\xff\x80"
print(b[0], b[1], b[2], b[-1], b[-2], len(b))
print(b[2:7], b[:2], b[-2:], b[7:], b[5:2], b[:], b[100:])
print(b[2:7] == b"hello", b[2:4] != b"he", b[2] == ord("h"))
