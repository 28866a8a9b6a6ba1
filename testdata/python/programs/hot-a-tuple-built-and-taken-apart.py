def step(state):
    a, b, (c, d) = state
    return b, a + c & 1023, (d, a ^ b)


state = (1, 2, (3, 4))
for i in range(1500):
    state = step(state)
print(state)
