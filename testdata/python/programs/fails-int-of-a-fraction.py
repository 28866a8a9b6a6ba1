print(int(float("1.5")))
print(int("1.5"))  # fails
