a = 0
while a < 5:
    a += 1
    b = 0
    while b < a:
        b += 1
        if a % (b + 1) == 0 and b + 1 < a:
            print(a, "is divided by", b + 1)
            break
    else:
        print(a, "has no divisor")
        continue
    print("after", a)
else:
    print("end")
