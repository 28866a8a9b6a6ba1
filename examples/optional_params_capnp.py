"""What parcels cost, when anything about them may be unknown: messages of Cap'n Proto with a union for each number.

    wirelens run examples/optional_params_capnp.py testdata/rows/capnp.bin
"""

import sys

import wirelens


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
    for row in wirelens.open(sys.argv[1], schema="rows.capnp", record="Row"):
        cost = price(
            width=row.width.value if row.width.which() == "value" else None,
            height=row.height.value if row.height.which() == "value" else None,
            depth=row.depth.value if row.depth.which() == "value" else None,
            weight=row.weight.value if row.weight.which() == "value" else None,
            distance=row.distance.value if row.distance.which() == "value" else None,
            speed=row.speed.value if row.speed.which() == "value" else None,
            worth=row.worth.value if row.worth.which() == "value" else None,
            discount=row.discount.value if row.discount.which() == "value" else None,
            surcharge=row.surcharge.value if row.surcharge.which() == "value" else None,
        )
        rows += 1
        total += cost
        most = max(most, cost)
    print(f"{rows} parcels cost {total:.6f}, the dearest {most:.6f}")


if __name__ == "__main__":
    main()
