import struct

data = b"\xff\xff\xff\xff\xff\xff\xff\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
big, small, half = struct.unpack_from("<3Q", data, 0)


def ask(u, x):
    print(u in range(10), u in range(1, 10, 2), u in range(x), u not in range(-5, 5), end=" ")
    print(x in range(u), x in range(1, u, 3), x in range(u, x - 1, -1), u in range(u), u // 2 in range(u))
    r = range(10)
    print(u in r, u not in r)


for x in (-1, 0, 1, 4, 2**63 - 1):
    ask(big, x)
    ask(small, x)
    ask(half, x)
for step in (1, 2, 7, -1, -3):
    print(big in range(0, big, step), half in range(half, big, step), half in range(big, 5, step), 3 in range(half, 0, step))
