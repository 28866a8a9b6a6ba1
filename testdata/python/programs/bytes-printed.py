print(b"plain", b"quote'", b'double"', b"both'\"", b"\n\t\r\\", b"\x00\x7f\x80\xff", b"")
print((b"a", b"\xe9"), "é")
b = b"abc"
print(f"{b} {b!r} {b[0]} {b[:1]}")
