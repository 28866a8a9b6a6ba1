"""What parcels cost, when anything about them may be unknown: packed records with a bit for each number that is given.

    wirelens run examples/optional_params_packed.py testdata/rows/packed.bin
"""

import sys

import wirelens

WIDTH = 1 << 0
HEIGHT = 1 << 1
DEPTH = 1 << 2
WEIGHT = 1 << 3
DISTANCE = 1 << 4
SPEED = 1 << 5
WORTH = 1 << 6
DISCOUNT = 1 << 7
SURCHARGE = 1 << 8


def price(
    width=None,
    height=None,
    depth=None,
    weight=None,
    distance=None,
    speed=None,
    worth=None,
    discount=None,
    surcharge=None,
):
    if width is None:
        width = 30.0
    if height is None:
        height = 20.0
    if depth is None:
        depth = 15.0
    if weight is None:
        weight = 2.0
    if distance is None:
        distance = 250.0
    if speed is None:
        speed = 60.0
    if worth is None:
        worth = 50.0
    if discount is None:
        discount = 0.0
    if surcharge is None:
        surcharge = 0.1
    bulk = width * height * depth / 5000.0
    charged = min(max(weight, bulk, 0.5), 70.0)
    hours = distance / min(max(speed, 20.0), 120.0)
    net = 2.5 + 0.4 * charged + 0.01 * distance + 0.3 * hours + 0.01 * min(worth, 500.0)
    return max(net * (1.0 - min(discount, 0.5)) * (1.0 + surcharge), 3.0)


def main():
    rows = 0
    total = 0.0
    most = 0.0
    for row in wirelens.open(sys.argv[1], schema="rows.h", record="Row"):
        given = row.given
        cost = price(
            width=row.width if given & WIDTH else None,
            height=row.height if given & HEIGHT else None,
            depth=row.depth if given & DEPTH else None,
            weight=row.weight if given & WEIGHT else None,
            distance=row.distance if given & DISTANCE else None,
            speed=row.speed if given & SPEED else None,
            worth=row.worth if given & WORTH else None,
            discount=row.discount if given & DISCOUNT else None,
            surcharge=row.surcharge if given & SURCHARGE else None,
        )
        rows += 1
        total += cost
        most = max(most, cost)
    print(f"{rows} parcels cost {total:.6f}, the dearest {most:.6f}")


if __name__ == "__main__":
    main()
