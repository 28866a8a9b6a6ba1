total = 0
for a in range(60):
    b = 0
    while b < a % 7:
        b += 1
        for c in range(b, a, 3):
            if c == 10:
                continue
            if c > 40:
                break
            total += a ^ b ^ c
        else:
            total += 1000
print(total)
