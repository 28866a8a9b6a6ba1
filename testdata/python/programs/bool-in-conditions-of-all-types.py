def truth(i):
    return "yes" if i else "no"


print(truth(0), truth(1), truth(-1))
s = "text"
while s:
    print(s)
    s = s[1:]
b = b"abc"
while b:
    print(b)
    b = b[:-1]
t = 3.0
while t:
    print(t)
    t -= 1
