def middle(s, n):
    start = (len(s) - n) // 2
    return s[start:start + n]


print(middle("abcdefg", 3), middle("abcdefg", 1), middle("abcdef", 2), middle("ab", 0), middle("abc", 9))
s = "abcdefgh"
n = 0
for i in range(len(s)):
    for j in range(i, len(s) + 1):
        n += len(s[i:j]) * (s[i:j] > "c")
print(n)
