import time

before = time.perf_counter()
total = sum(i for i in range(1000))
after = time.perf_counter()
print(total, after >= before, after - before < 1000, isinstance(before, float))
