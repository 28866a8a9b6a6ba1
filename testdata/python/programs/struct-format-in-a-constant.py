import struct

HEADER = "<4sHH"
DATA = b"WLNS\x01\x00\x02\x00"
magic, major, minor = struct.unpack_from(HEADER, DATA)
print(magic, major, minor, magic == b"WLNS", struct.calcsize(HEADER))
