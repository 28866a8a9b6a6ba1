print(max(1, 2.5), max(3, 2.5), min(1, 2.5), min(3, 2.5))
print(max(1, 1.0), max(1.0, 1), min(1, 1.0), min(1.0, 1))
print(max(0, 1, 2.0), max(2.0, 2), min(0.0, 0))


def clamp(x):
    return max(0, min(10, x))


print(clamp(5), clamp(5.5), clamp(-1), clamp(-1.5), clamp(11.5), clamp(10.0))
