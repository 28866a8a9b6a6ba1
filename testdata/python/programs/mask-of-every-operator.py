M = 0xFFFFFFFFFFFFFFFF


def show(a, b, n):
    print((a + b) & M, (a - b) & M, (a * b) & M, (a << n) & M, -a & M, ~a & M, (a | b) & M, (a ^ b) & M)
    print(M & (a * b), 0xFFFF & a * b, a * b & 0xFF, a * b % 2**63, a * b % 256, (a + b) % (1 << 32), a * b % 1)
    print((a * b - (b << n)) & 0x7FFFFFFFFFFFFFFF, (~(a * b) ^ -(a + b)) & 0x123456789ABCDEF, a & M, b % 2**64)
    print(((a * b) & 0xFFFF) * 3 + 1, (a * b & M) >> 32, (a * b & M) // 7, (a * b & M) < a & M, (a * a * a * b + 1) & M)


extremes = (0, 1, -1, 2, 3, -7, 255, 2**31, -(2**31), 2**32 - 1, 2**62, 2**63 - 1, -(2**63), 2**63, 2**64 - 1)
for a in extremes:
    for b in extremes:
        show(a, b, 5)
for n in (0, 1, 31, 63, 64, 65, 1000):
    show(12345, -9, n)
    show(2**64 - 3, 7, n)
