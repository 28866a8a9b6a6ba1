def twice(x):
    return 2 * x


for n in range(3):
    print(f"{n} item{'' if n == 1 else 's'}, {twice(n)} {max(n, 1)} {n % 2 == 0}")
print(f"{twice(twice(3)):>{twice(2)}}")
