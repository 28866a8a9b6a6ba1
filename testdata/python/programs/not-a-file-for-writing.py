import sys

if len(sys.argv) > 0:
    f = open("out.bin", "wb")
print(1)
