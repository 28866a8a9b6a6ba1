import struct

WORD = 2**64
HALF = WORD // 2
MASK = WORD - 1
print(MASK, HALF, -HALF, WORD % 1000, (1 << 100) >> 60, 10**30 // 10**25, 3**40 % 1000, -(2**63), 2**126 // 2**70 >> 3)
print(0x10000000000000000 - 1, 18446744073709551616 // 3, ~WORD & MASK, (WORD - 5) ^ 3)


def scaled(u):
    assert 0 <= u < WORD
    assert u != WORD and not u == -WORD and u > -WORD and WORD > u
    return u / WORD, u / 2**70, WORD * 0.5, 1.5 + WORD, float(u) / WORD


for u in struct.unpack_from("<2Q", b"\xff\x00\xff\x00\xff\x00\xff\x80\x03\x00\x00\x00\x00\x00\x00\x00", 0):
    print(scaled(u), u % WORD, (u * u) % WORD, u % HALF)
if WORD:
    limit = WORD
    print(7 % limit, 7 < limit)
