def whole(x):
    return int(x)  # fails


print(whole(2.5))
print(whole(float("inf")))
