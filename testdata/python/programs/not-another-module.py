import random

print(random.random() < 1)
