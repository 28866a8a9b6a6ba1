for s in ("", "a", "é", "日本語", "🙂", "naïve", "e\u0301", "a🙂b"):
    print(s, len(s))
s = "añ日🙂z"
print(s[0], s[1], s[2], s[3], s[4], s[-1], s[-2], s[-5])
print(s[1:3], s[3:], s[:2], s[-2:], s.find("🙂"), s.find("z"), s.find("日", 3))
for c in s:
    print(c, ord(c))
