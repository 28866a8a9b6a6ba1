def twice(f):
    return f


@twice
def g():
    return 1


print(g())
