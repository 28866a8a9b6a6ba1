import struct

f = open("../../poly.bin", "rb")
count = 0
size = 0
x = 0.0
while True:
    block = f.read(4800)
    if not block:
        break
    count += 1
    size += len(block)
    x += struct.unpack_from("<d", block)[0]
print(count, size, x)
