for a in range(4):
    for b in range(4):
        if b == a:
            break
        print(a, b)
    print("after", a, b)
