def left(x, n):
    return x << n  # fails


print(left(1, 62))
print(left(-1, 63))
print(left(1, 63))
