for n in range(6):
    print(n, n in (1, 3, 5), n not in (1, 3, 5))
print("b" in ("a", "b"), "c" in ("a", "b"), 1.0 in (1, 2), 2 in (1.0, 2.0))
print(0 in (), 3 in (3,))
