def root(n):
    assert n >= 0, f"{n} is negative"
    r = 0
    while (r + 1) * (r + 1) <= n:
        r += 1
    assert r * r <= n < (r + 1) * (r + 1)
    return r


for n in (0, 1, 15, 16, 17, 1000):
    print(n, root(n))
assert True
assert (1, 2) == (1, 2), "never"
assert 1 < 2 < 3, "never {}"
