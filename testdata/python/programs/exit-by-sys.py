import sys

for i in range(1000):
    if i * i > 50000:
        print(i)
        sys.exit()
print("never")
