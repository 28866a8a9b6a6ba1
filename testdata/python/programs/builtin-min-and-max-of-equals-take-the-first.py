print(max(1, True), max(True, 1), min(0, False), min(False, 0))
print(max(0.0, -0.0), max(-0.0, 0.0), min(0.0, -0.0), min(-0.0, 0.0))
