print("before")
f = open("there-is-no-such-file.bin", "rb")  # fails
print(len(f.read(1)))
