s = "naïve café"
print(s.startswith("na"), s.startswith("naï"), s.startswith("nai"), s.startswith(""), s.startswith("naïve café!"))
print(s.endswith("é"), s.endswith("fé"), s.endswith("e"), s.endswith(""), s.endswith("café"))
print("日本語".startswith("日"), "日本語".endswith("語"), "日本語".startswith("本"), "🙂x".startswith("🙂"))
print("".startswith(""), "".endswith("a"))
