t = True
f = False
print(t + t, t + f, t * 5, t - 3, f - t)
print(-t, +t, ~t, ~f)
print(t / 2, t // 2, t % 2, t << 4, t >> 1)
print(t & f, t | f, t ^ t, t & 1, f | 2)
print(t == 1, f == 0, t < 2, t > f, t + 0.5)
print(sum(i % 3 == 0 for i in range(10)))
print(abs(t), abs(f), max(t, f), min(t, f), int(t), float(t))
