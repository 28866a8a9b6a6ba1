import struct

M64 = 0xFFFFFFFFFFFFFFFF
M32 = (1 << 32) - 1


def fnv(data):
    h = 0xCBF29CE484222325
    for b in data:
        h = ((h ^ b) * 0x100000001B3) & M64
    return h


def fnv_in_steps(data):
    h = 0xCBF29CE484222325
    for b in data:
        h ^= b
        h *= 0x100000001B3
        h &= 0xFFFFFFFFFFFFFFFF
    return h


def fnv_first(data):
    h = 0xCBF29CE484222325
    for b in data:
        h *= 0x100000001B3
        h ^= b
        h &= M64
    return h


def fnv_assigned(data):
    h = 0xCBF29CE484222325
    n = 0
    for b in data:
        h = h * 0x100000001B3
        n += 1
        h = h ^ b
        h = h & M64
    return h, n


def djb2(data):
    h = 5381
    for c in data:
        h = (h << 5) + h + c & 0xFFFFFFFF
    return h


def djb2_in_steps(data):
    h = 5381
    for c in data:
        h = (h << 5) + h + c
        h %= 2**32
    return h


def adler(data):
    a, b = 1, 0
    for c in data:
        a = (a + c) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def crc64(data):
    crc = 0
    for c in data:
        crc ^= c << 56
        for _ in range(8):
            if crc & (1 << 63):
                crc = ((crc << 1) ^ 0x42F0E1EBA9EA3693) & M64
            else:
                crc = (crc << 1) & M64
    return crc


def lcg(seed, n):
    x = seed & M64
    for _ in range(n):
        x = (6364136223846793005 * x + 1442695040888963407) % 2**64
    return x


def splitmix(x):
    x = (x + 0x9E3779B97F4A7C15) & M64
    z = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & M64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
    return z ^ (z >> 31)


def product(a, b):
    c = a * b
    return c & M64


data = b"The quick brown fox jumps over the lazy dog, again and again, and then once more: over the lazy dog"
print(fnv(data), fnv_in_steps(data), fnv_first(data), fnv_assigned(data))
print(djb2(data), djb2_in_steps(data), adler(data), crc64(data))
print(lcg(1, 1000), splitmix(0), splitmix(M64), product(M64, M64), product(-5, M64))
for u in struct.unpack_from("<4Q", data, 3):
    print(fnv(data[: u % 50]), splitmix(u), product(u, 3), product(u, u), lcg(u, 3))
