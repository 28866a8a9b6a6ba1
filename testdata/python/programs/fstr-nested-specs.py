width = 10
digits = 3
x = 3.14159265
s = "ab"
print(f"[{x:{width}.{digits}f}] [{x:.{digits}}] [{s:>{width}}] [{s:{'*'}^{width}}]")
for w in range(1, 6):
    print(f"[{w:{w}}]")
