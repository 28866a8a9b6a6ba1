import math

print(math.exp(0), f"{math.exp(1):.12f} {math.exp(-1):.12f} {math.exp(10.5):.9f}")
print(math.log(1), f"{math.log(10):.12f} {math.log(0.5):.12f}", math.log2(8), math.log10(1000))
print(f"{math.log(8, 2):.12f} {math.log1p(1e-10):.15e} {math.expm1(1e-10):.15e}")
print(math.exp(-1000), math.log2(1024), math.log2(0.125), math.log10(1))
