import struct

a, b = struct.unpack_from("<QQ", b"\x05\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0")
print(a - b, b - a, a - 7, 0 - b, abs(a - b), (b % 3) - 10, (b & 3) - 300)
for shift in range(60):
    c = struct.unpack_from("<Q", b"\xff\xff\xff\xff\xff\xff\xff\x7f")[0] >> shift
    if c < 100:
        print(c - 100, c - b)
