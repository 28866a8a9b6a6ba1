print(f"{'n':>3} {'square':>8} {'root':>10}")
for n in range(1, 8):
    print(f"{n:>3} {n * n:>8} {n**0.5:>10.5f}")
