import math

total = 0.0
for i in range(200):
    total += math.sqrt(i)
print(f"{total:.9f}")
print(math.floor(math.sqrt(50)), math.ceil(math.sqrt(50)), int(math.sqrt(49)))
