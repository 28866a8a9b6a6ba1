class Pair:
    def __init__(self):
        self.a = 1
        self.b = 2


p = Pair()
q = Pair()
q.a = 30
for i in range(1001):
    p, q = q, p
    p.a, p.b = p.b, p.a
    if i % 5 == 0:
        q.b += 1
print(p.a, p.b, q.a, q.b)
