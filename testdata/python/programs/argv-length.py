import sys

print(len(sys.argv))
n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
print(n, sys.argv[0].endswith(".py"))
