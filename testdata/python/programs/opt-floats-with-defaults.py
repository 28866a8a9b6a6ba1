def price(net, rate=None, discount=None):
    if rate is None:
        rate = 0.19
    if discount is not None:
        net -= net * discount
    return net * (1 + rate)


print(price(100.0), price(100.0, 0.07), price(100.0, None, 0.5), price(100.0, discount=0.25))
print(price(100.0, 0.0, 0.0))
