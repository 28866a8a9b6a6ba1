n = 0
for i in range(5):
    if i == 2:
        pass
    else:
        n += i
if n == 8:
    pass
elif n == 9:
    print("not here")
else:
    print("nor here")
print(n)
