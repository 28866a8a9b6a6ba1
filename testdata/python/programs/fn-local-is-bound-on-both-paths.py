def f(n):
    if n > 0:
        sign = 1
        word = "plus"
    else:
        sign = -1
        word = "minus"
    for i in range(2):
        last = i * sign
    print(word, sign, last)


f(3)
f(-3)
