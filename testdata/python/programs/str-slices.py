s = "hello, world"
print(s[0:5], s[7:], s[:5], s[-5:], s[:-7], s[3:3], s[5:3])
print(s[:], s[-3:-1], s[2:-2], s[100:], s[:100], s[-100:3], s[1:100])
for i in range(-4, 5):
    print(i, s[i:], s[:i])
