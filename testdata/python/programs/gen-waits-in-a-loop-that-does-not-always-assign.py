# A variable assigned in some iterations of a loop holds the rest of an earlier generator in the others.


def up(k):
    yield k
    yield k + 1


def in_a_function(n):
    for k in range(n):
        if k % 3 == 0:
            g = up(k)
        print(k, sum(g))


for k in range(4):
    if k % 2 == 0:
        g = up(k)
    print(k, sum(g))

in_a_function(7)

for k in range(6):
    for j in range(k):
        if j == 2:
            break
    else:
        h = up(k)
    print(k, sum(h))

for k in range(6):
    # Here it is always the generator of the current iteration.
    if k % 2:
        own = up(10 * k)
        print(sum(own))

for k in range(6):
    if k % 3 == 1:
        continue
    after = up(k)
    print(sum(after))

total = 0
for k in range(3000):
    if k % 7 == 0:
        late = up(k)
    total = (3 * total + sum(late)) % 1000003
print(total)
