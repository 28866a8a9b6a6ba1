def root(n):
    assert n >= 0, f"{n} is negative"  # fails
    return n**0.5


for n in (9, 4, -4):
    print(root(n))
