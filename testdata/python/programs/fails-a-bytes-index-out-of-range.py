data = b"\x01\x02\x03"
for i in range(3):
    print(data[i])
print(data[-4])  # fails
