def root(n):
    assert n >= 0  # fails
    return n**0.5


print(root(4))
print(root(-4))
