import struct


def records(path, size):
    with open(path, "rb") as f:
        while True:
            block = f.read(100 * size)
            for at in range(0, len(block), size):
                yield struct.unpack_from("<6d", block, at)
            if len(block) < 100 * size:
                return


count = 0
least = 1e300
for ax, ay, bx, by, cx, cy in records("../../poly.bin", 48):
    count += 1
    least = min(least, ax, bx, cx)
print(count, least)
