import struct

DATA = b"\x00\x00\x00\x00\x00\x00\xf8\x3f\x3f\xf8\x00\x00\x00\x00\x00\x00\x00\x00\xc0\x3f\x00\x3e"
(x,) = struct.unpack_from("<d", DATA)
(y,) = struct.unpack_from(">d", DATA, 8)
(z,) = struct.unpack_from("<f", DATA, 16)
print(x, y, z)
print(struct.unpack_from("<d", b"\x00\x00\x00\x00\x00\x00\xf0\x7f")[0])
print(struct.unpack_from("<f", b"\xcd\xcc\xcc\x3d")[0], struct.unpack_from("<f", b"\x00\x00\x80\xff")[0])
