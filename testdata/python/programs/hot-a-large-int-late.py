x = 1
for i in range(1200):
    x = x + 1 if i < 1190 else x * 9
print(x)
y = 0
for i in range(1200):
    y += i if i < 1150 else 1 << (i - 1150) % 50
print(y)
