def whole(x):
    return round(x)  # fails


print(whole(2.5))
print(whole(float("nan")))
