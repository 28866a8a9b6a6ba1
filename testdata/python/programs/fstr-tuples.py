t = (1, "two", 3.5)
print(f"{t} {t[1]} {t!r} {(1, 2)} {t[0], t[2]}")
print(f"{t!s:>20}|")
