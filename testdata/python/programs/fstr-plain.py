x = 42
s = "text"
y = 2.5
print(f"{x} {s} {y} {x + 1} {x * y} {s[1:]} {len(s)} {x > 3}")
print(f"{{}} {{{x}}} }}{{")
print(f"")
print(f"{x}" f"{s}" "plain {x}")
print(f'{"quoted"} {s == "text"}', f"{s!r} {y!r} {x!r} {s!s}")
