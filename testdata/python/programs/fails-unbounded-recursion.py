def down(n):
    if n % 100000 == 99999:
        print("deep")
    return 1 + down(n - 1)  # fails


print(down(5))
