print(sum(sum(a * b for b in range(a)) for a in range(10)))
print(max(sum(1 for d in range(1, n + 1) if n % d == 0) for n in range(1, 50)))
print(sum(y + 1 for y in (x * x for x in range(5))))
print(any(all(n % d for d in range(2, n)) for n in range(24, 29)))
