inf = float("inf")
nan = float("nan")
print(f"{inf} {-inf} {nan} {inf:f} {-inf:e} {nan:g} {inf:8}| {nan:<6}| {inf:+} {inf:.2f} {inf:F} {nan:E} {inf:08}")
