"""What all the cars in parking lots are worth: nested lists, enums, truth values.

    wirelens run examples/parking.py testdata/rows/parking.bin
"""

import sys

import wirelens


def wheel_value(wheel):
    return wheel.diameter * wheel.diameter + (90 if wheel.winter else 0)


def fuel_value(fuel):
    if fuel == "diesel":
        return 300
    if fuel == "electric":
        return 5000
    if fuel == "hybrid":
        return 2500
    return 0


def engine_value(engine):
    value = 45 * engine.power + 150 * engine.cylinders + (engine.displacement >> 3)
    return value + fuel_value(engine.fuel) + (800 if engine.turbo else 0)


def car_value(car):
    value = 180 * car.seats + 320 * car.doors + 20 * car.cupHolders
    value += car.length * car.width * car.height >> 6
    value -= car.weight >> 2
    if car.powerWindows:
        value += 250
    if car.powerSteering:
        value += 300
    if car.cruiseControl:
        value += 150
    if car.navigation:
        value += 450
    if car.paint == "black" or car.paint == "white":
        value += 120
    value += sum(wheel_value(wheel) for wheel in car.wheels)
    return value + engine_value(car.engine)


def main():
    cars = 0
    total = 0
    for lot in wirelens.open(sys.argv[1], schema="../schemas/parking.capnp", record="Lot"):
        cars += len(lot.cars)
        for car in lot.cars:
            total += car_value(car)
    print(f"{cars} cars are worth {total}")


if __name__ == "__main__":
    main()
