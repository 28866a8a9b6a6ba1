DATA = b"\x02ab\x00\x03xyz\x01q\x05hello"


def parse(data):
    at = 0
    count = 0
    check = 0
    while at < len(data):
        size = data[at]
        for b in data[at + 1:at + 1 + size]:
            check = (check * 33 + b) % 65521
        at += 1 + size
        count += 1
    return count, check


total = 0
for i in range(100):
    count, check = parse(DATA)
    total = (total * 7 + check + count) % 1000003
print(count, check, total)
