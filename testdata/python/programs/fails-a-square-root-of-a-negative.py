import math


def root(x):
    return math.sqrt(x)  # fails


for x in (4, 2.25, 0, -1):
    print(root(x))
