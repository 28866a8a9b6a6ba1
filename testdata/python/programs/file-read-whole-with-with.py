import zlib

with open("../../poly.bin", "rb") as f:
    head = f.read(4)
    rest = f.read()
print(len(head), len(rest), head[0], zlib.crc32(rest))
with open("../../poly.bin", "rb") as f:
    n = 0
    while f.read(10000):
        n += 1
    print(n, f.read(5))
