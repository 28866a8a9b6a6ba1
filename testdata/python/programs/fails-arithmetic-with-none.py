def half(n):
    return n // 2 if n % 2 == 0 else None


print(half(4) + 1)
print(half(10) * half(2))
print(half(5) + 1)  # fails
