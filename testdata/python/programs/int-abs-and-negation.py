def both(x):
    print(abs(x), -x, +x, - -x)


both(5)
both(-5)
both(0)
both(-9223372036854775807)
both(9223372036854775807)
print(abs(-3 + 1), -abs(-3))
