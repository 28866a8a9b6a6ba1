text = "hello, world"
print(sum(1 for c in text if c == "o"))
print(sum(1 for c in text if c in "aeiou"))
print(max(ord(c) for c in text), min(ord(c) for c in text))
print(sum(b for b in b"\x01\x02\xff"))
print(any(c == "," for c in text), all(c != "z" for c in text))
