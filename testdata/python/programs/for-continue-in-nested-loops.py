for a in range(3):
    if a == 1:
        continue
    for b in range(4):
        if b % 2 == 0:
            continue
        for c in range(3):
            if c == b:
                continue
            print(a, b, c)
