class Powers:
    def __init__(self, base):
        self.base = base
        self.value = 1

    def __iter__(self):
        return self

    def __next__(self):
        value = self.value
        self.value *= self.base
        return value


p = Powers(3)
print(next(p), next(p), next(p))
q = iter(p)
print(next(q), next(p), p.value)
for x in p:
    print(x)
    if x > 10000:
        break
