print("a" < "b", "a" < "B", "abc" < "abd", "abc" < "ab", "" < "a", "a" <= "a", "b" > "abc")
print("Z" < "a", "a" < "é", "é" < "日", "日" < "🙂", "\uffff" < "🙂", "10" < "9")
print("a" == "a", "a" == "A", "" == "", "é" == "e\u0301", "abc" != "abd")
print("a" < "b" < "c", max("pear", "apple", "zoo"), min("pear", "apple"))
