def fnv(s):
    h = 2166136261
    for c in s:
        h ^= ord(c)
        h = h * 16777619 & 0xFFFFFFFF
    return h


for s in ("", "a", "foobar", "wirelens", "日本"):
    print(s, fnv(s))
