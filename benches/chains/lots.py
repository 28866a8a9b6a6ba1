"""Lists of any length in records.

    wirelens run lots.py FILE
"""

import wirelens

total = 0
for lot in wirelens.open("lots.bin", schema="parking.capnp", record="Lot"):
    for car in lot.cars:
        total += car.seats * car.doors
print(total)
