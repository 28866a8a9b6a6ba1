vowels = 0
upper = 0
for c in "The Quick Brown Fox":
    if c in "aeiou":
        vowels += 1
    elif "A" <= c <= "Z":
        upper += 1
print(vowels, upper)
for i, c in enumerate("abc"):
    print(i, c)
for a, b in zip("abc", "xyzw"):
    print(a, b, a < b)
