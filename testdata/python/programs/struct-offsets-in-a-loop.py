import struct

DATA = b"\x01\x00\x0a\x02\x00\x14\x03\x00\x1e\xff\xff\xff"
SIZE = struct.calcsize("<hB")
total = 0
for at in range(0, len(DATA), SIZE):
    n, w = struct.unpack_from("<hB", DATA, at)
    print(at, n, w)
    total += n * w
print(total, SIZE)
