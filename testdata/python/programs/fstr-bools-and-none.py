t = True
n = None
print(f"{t} {t!r} {n} {n!r} {t:d} {t:5}| {not t}")
print(f"{t!s:>6} {n!s:6}| {n!r:>6}")
