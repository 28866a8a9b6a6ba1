try:
    print(1 // 1)
except ZeroDivisionError:
    print("zero")
