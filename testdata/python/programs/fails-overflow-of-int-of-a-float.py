def whole(x):
    return int(x)  # fails


print(whole(1e18))
print(whole(1e19))
