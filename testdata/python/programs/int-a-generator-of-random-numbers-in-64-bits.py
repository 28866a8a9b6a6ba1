state = 42
low = 0
for i in range(2000):
    state = (state * 1103515245 + 12345) % 2147483648
    if state < 1073741824:
        low += 1
    if i % 400 == 0:
        print(i, state)
print(state, low)
