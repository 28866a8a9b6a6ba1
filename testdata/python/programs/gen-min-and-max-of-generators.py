def values():
    yield 3
    yield -7
    yield 5


print(min(values()), max(values()))
print(min(abs(v) for v in values()), max(-v for v in values()))
print(min(v / 2 for v in values()))
