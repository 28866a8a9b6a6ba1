DATA = b"0123456789abcdef"
total = 0
for n in range(1, 9):
    for at in range(0, len(DATA), n):
        piece = DATA[at:at + n]
        total += len(piece) * piece[0]
    print(n, total)
