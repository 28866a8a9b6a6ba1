total = 0
for a in range(-50, 51):
    for b in range(-9, 10):
        if b == 0:
            continue
        q = a // b
        r = a % b
        assert q * b + r == a
        assert abs(r) < abs(b)
        assert r == 0 or (r < 0) == (b < 0)
        total += q * 31 + r
print(total)
