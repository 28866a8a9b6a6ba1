print(0x7F, 0b1011, 0o777, 1_000_000, 0xFF_FF)
print(0xDEADBEEF, 0b0, 0x0, 0o0, 00)
print(0x7FFFFFFFFFFFFFFF)
print(-0x10, -0b11)
