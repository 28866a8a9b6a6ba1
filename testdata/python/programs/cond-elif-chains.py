def kind(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n % 15 == 0:
        return "fizzbuzz"
    elif n % 5 == 0:
        return "buzz"
    elif n % 3 == 0:
        return "fizz"
    return "other"


for n in range(-1, 16):
    print(n, kind(n))
