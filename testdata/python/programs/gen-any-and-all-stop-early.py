def loud(n):
    for i in range(n):
        print("give", i)
        yield i


print(any(i == 2 for i in loud(5)))
print(all(i < 1 for i in loud(5)))
print(any(i > 9 for i in loud(2)))
print(all(i >= 0 for i in loud(2)))
print(any(loud(0)), all(loud(0)))
