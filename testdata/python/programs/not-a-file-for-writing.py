if len("") > 0:
    f = open("out.bin", "wb")
print(1)
