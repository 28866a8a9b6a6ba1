"""What parcels cost, when anything about them may be unknown: a function of nine optional parameters, over rows made up here.

    wirelens run examples/optional_params.py [ROWS]
"""

import sys


class Random:
    """A linear congruential generator of 31 bits."""

    def __init__(self, seed):
        self.state = seed

    def maybe(self, low, high):
        """None or a number from low to high, each half of the time."""
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        if self.state < 1073741824:
            return None
        return low + (high - low) * ((self.state - 1073741824) / 1073741824)


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
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    random = Random(1)
    total = 0.0
    most = 0.0
    for i in range(rows):
        cost = price(
            width=random.maybe(5.0, 120.0),
            height=random.maybe(5.0, 60.0),
            depth=random.maybe(1.0, 60.0),
            weight=random.maybe(0.1, 40.0),
            distance=random.maybe(1.0, 2000.0),
            speed=random.maybe(10.0, 150.0),
            worth=random.maybe(1.0, 1000.0),
            discount=random.maybe(0.0, 0.6),
            surcharge=random.maybe(0.0, 0.3),
        )
        total += cost
        most = max(most, cost)
    print(f"{rows} parcels cost {total:.6f}, the dearest {most:.6f}")


if __name__ == "__main__":
    main()
