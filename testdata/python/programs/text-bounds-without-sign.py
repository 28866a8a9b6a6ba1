import struct

data = b"\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
text = "grün"


def ask(u):
    print(len(data[:u]), len(data[u:]), data.find(b"\xff", u), data.find(b"\x80", 2, u), data.find(b"", u))
    print(text[:u], text[u:], text.find("n", u), text.find("ü", 0, u), len(data[u : u + 0]), data[1:u] == data[1:])


for u in struct.unpack_from("<3Q", data, 0):
    ask(u)
print(text[: 2**64 - 1], text[2**63 :], (1, 2, 3)[: 2**64 - 1])
