print(b"a" < b"b", b"a" < b"ab", b"\xff" > b"\x7f", b"" < b"\x00", b"abc" == b"abc", b"abc" <= b"abb")
print(b"a" == b"a", max(b"a", b"c", b"b"))
