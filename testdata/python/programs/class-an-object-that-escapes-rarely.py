class Best:
    def __init__(self):
        self.point = None

    def offer(self, p):
        if self.point is None or p.score > self.point.score:
            self.point = p


class Point:
    def __init__(self, n, score):
        self.n = n
        self.score = score


best = Best()
for i in range(1000):
    best.offer(Point(i, i * 7919 % 1009))
p = best.point
if p is not None:
    print(p.n, p.score)
