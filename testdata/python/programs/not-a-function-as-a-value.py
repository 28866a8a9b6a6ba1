def one():
    return 1


def call(f):
    return f() + 1


print(call(one))
