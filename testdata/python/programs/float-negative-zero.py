z = -0.0
print(z, -z, 0.0 * -1, z + 0.0, z - 0.0, z + z, z * 2)
print(z == 0.0, z < 0.0, 0.0 == z, 1.0 if z else 2.0)
print(abs(z), z * -1.0, 0 * -1.0, -0 * 1.0)
print(max(z, 0.0), max(0.0, z), min(z, 0.0), min(0.0, z))
print(-1e-320 / 1e10, 0.0 / -5.0, -5.0 * 0)
