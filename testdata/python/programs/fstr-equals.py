x = 5
y = 2.5
s = "q"
print(f"{x=} {y=} {s=} {x + 1=} {x = } {y=:.2f} {s=!s} {len(s)=} {x=:04}")
