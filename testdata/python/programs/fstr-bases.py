for x in (0, 5, 255, -255, 65535):
    print(f"{x:x} {x:X} {x:#x} {x:#X} {x:o} {x:#o} {x:b} {x:#b} {x:08b} {x:#010x} {x:_b} {x:_x}")
print(f"{ord('A'):c}|{233:c}|{97:5c}|")
