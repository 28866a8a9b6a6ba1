def down(n):
    return 1 + down(n + 1)  # fails


print("before")
print(down(5))
