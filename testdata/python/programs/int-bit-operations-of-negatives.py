def show(a, b):
    print(a, b, a & b, a | b, a ^ b)


show(5, 3)
show(-5, 3)
show(5, -3)
show(-5, -3)
show(0, -1)
show(-1, 255)
show(-256, 255)
show(9223372036854775807, -9223372036854775807)
print(~0, ~-1, ~5, ~-5, ~9223372036854775807)
print(~~7, -~7, ~-7)
print(-1 & 0xFF, -2 & 0xFFFF, -1 ^ 0x7FFFFFFF)
