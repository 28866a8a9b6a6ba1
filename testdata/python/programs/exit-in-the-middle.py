import sys


def check(n):
    if n > 3:
        raise SystemExit
    print(n)


for i in range(10):
    check(i)
print("never")
