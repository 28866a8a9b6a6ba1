it = iter((10, 20, 30))
print(next(it))
for x in it:
    print(x)
chars = iter("ab")
print(next(chars), next(chars))
r = iter(range(5, 50, 20))
print(next(r), next(r), next(r))
