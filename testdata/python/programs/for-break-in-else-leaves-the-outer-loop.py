for a in range(5):
    for b in range(3):
        if a * b == 4:
            print("found", a, b)
            break
    else:
        print("none for", a)
        if a == 3:
            break
        continue
    break
else:
    print("outer else")
print("end", a, b)
