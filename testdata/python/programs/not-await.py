async def g():
    return 1


async def f():
    return await g()


print(1)
