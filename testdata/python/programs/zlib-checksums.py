import zlib

print(zlib.crc32(b""), zlib.crc32(b"hello"), zlib.crc32(b"123456789"))
c = 0
for i in range(100):
    c = zlib.crc32(b".", c)
print(c, zlib.crc32(b".", 0), zlib.crc32(b"lo", zlib.crc32(b"hel")))
