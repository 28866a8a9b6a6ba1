def add(a, b=1):
    return a + b


print(add(add(add(1)), add(add(2), add(3))), add(b=add(1, 2), a=add(3)))
