class Item:
    def __init__(self, weight):
        self.weight = weight


def lighter(a, b):
    if a is None:
        return b
    if b is None or a.weight <= b.weight:
        return a
    return b


best = None
for w in (5, 3, 8, 3, 9):
    best = lighter(best, Item(w))
print(best.weight if best is not None else -1)
nothing = lighter(None, None)
print(nothing is None)
