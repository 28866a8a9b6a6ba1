def varint(data, at):
    value = 0
    shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


DATA = b"\x00\x01\x7f\x80\x01\xac\x02\xff\xff\xff\xff\x0f\x05"
at = 0
while at < len(DATA):
    value, at = varint(DATA, at)
    print(value, at)
