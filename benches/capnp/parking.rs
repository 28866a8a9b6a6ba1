//! Parking lots: the worth of all the cars in them, in the style of the format's classic benchmark.
//!
//! A message is a lot of 99 cars. The worth is computed from all the small fields of a car, its wheels and
//! its engine; maker and model have to be skipped.

use capnp::schema::Field;
use capnp::{dynamic_list, dynamic_struct, dynamic_value};

use super::data::{Made, Random, append, builder};
use super::hand::{self, Fault, Struct, bits};
use super::{Answer, Case, Contender, fields, flat, ours, whole};
use readers::parking_capnp::{Fuel, Paint, car, engine, lot, wheel};

pub fn case() -> Case {
    let [wirelens, interp] = ours::parking();
    Case {
        name: "parking".into(),
        record: "cars",
        in_cache: 4,
        whole: 5_000,
        make,
        contenders: vec![
            Contender::new("generated", |bytes| {
                whole(|sum| {
                    flat::each(bytes, |message| {
                        message.get_root::<lot::Reader>()?.get_cars()?.iter().try_for_each(|car| {
                            *sum += generated(car)?;
                            Ok(())
                        })
                    })
                })
            }),
            Contender::new("hand", |bytes| {
                whole(|sum| {
                    hand::each(bytes, |message| {
                        message.root()?.structure()?.pointers::<1>()[0].structures()?.iter().try_for_each(
                            |car| {
                                *sum += hand(car)?;
                                Ok(())
                            },
                        )
                    })
                })
            }),
            wirelens,
            interp,
            Contender::slow("reflection", |bytes| {
                let reflected = Reflected::new();
                whole(|sum| {
                    flat::each(bytes, |message| {
                        let lot: dynamic_value::Reader = message.get_root::<lot::Reader>()?.into();
                        let lot: dynamic_struct::Reader = lot.downcast();
                        let cars: dynamic_list::Reader = lot.get(reflected.cars[0])?.downcast();
                        cars.iter().try_for_each(|car| {
                            *sum += reflected.value(car?.downcast())?;
                            Ok(())
                        })
                    })
                })
            }),
        ],
    }
}

/// A car's parts, as numbers. `extras`: power windows, power steering, cruise control, navigation.
struct Car {
    paint: u16,
    seats: i64,
    doors: i64,
    size: [i64; 3],
    weight: i64,
    cup_holders: i64,
    extras: [bool; 4],
}

impl Car {
    fn value(&self) -> i64 {
        let [length, width, height] = self.size;
        let extras = self.extras.iter().zip([250, 300, 150, 450]).map(|(&has, worth)| i64::from(has) * worth);
        let paint = i64::from(self.paint <= Paint::White as u16) * 120;
        180 * self.seats + 320 * self.doors + ((length * width * height) >> 6) - (self.weight >> 2)
            + 20 * self.cup_holders
            + extras.sum::<i64>()
            + paint
    }
}

fn wheel_value(diameter: i64, winter: bool) -> i64 {
    diameter * diameter + if winter { 90 } else { 0 }
}

fn engine_value(power: i64, cylinders: i64, displacement: i64, fuel: u16, turbo: bool) -> i64 {
    const FUELS: [i64; 4] = [0, 300, 5_000, 2_500];
    let fuel = FUELS.get(usize::from(fuel)).copied().unwrap_or(0);
    45 * power + 150 * cylinders + (displacement >> 3) + fuel + if turbo { 800 } else { 0 }
}

fn make(messages: usize) -> Made {
    const CARS: usize = 99;
    let (mut random, mut words, mut sum) = (Random::new(), vec![], 0);
    for _ in 0..messages {
        let mut message = builder(4_096);
        let mut cars = message.init_root::<lot::Builder>().init_cars(CARS as u32);
        for i in 0..CARS {
            sum += fill(cars.reborrow().get(i as u32), &mut random);
        }
        append(&mut words, &message);
    }
    Made { words, records: messages * CARS, answer: Answer::Whole(sum) }
}

/// Builds a car, and returns its worth.
fn fill(mut car: car::Builder, random: &mut Random) -> i64 {
    const MAKERS: [&str; 6] = ["Albatross", "Borealis", "Cinder", "Driftwood", "Ember & Sons", "Fjord"];
    const MODELS: [&str; 6] = ["Comet", "Half Moon", "Little Bear", "Meridian", "Nebula Estate", "Zenith"];
    const PAINTS: [Paint; 6] =
        [Paint::Black, Paint::White, Paint::Silver, Paint::Red, Paint::Blue, Paint::Green];
    const FUELS: [Fuel; 4] = [Fuel::Petrol, Fuel::Diesel, Fuel::Electric, Fuel::Hybrid];

    let paint = random.pick(&PAINTS);
    let is = Car {
        paint: paint as u16,
        seats: random.of(2, 8),
        doors: random.of(2, 5),
        size: [random.of(150, 260), random.of(60, 90), random.of(50, 80)],
        weight: random.of(1_200, 4_500),
        cup_holders: random.of(0, 11),
        extras: [(); 4].map(|()| random.coin()),
    };
    car.set_maker(random.pick(&MAKERS));
    car.set_model(random.pick(&MODELS));
    car.set_paint(paint);
    car.set_seats(is.seats as u8);
    car.set_doors(is.doors as u8);
    car.set_length(is.size[0] as u16);
    car.set_width(is.size[1] as u16);
    car.set_height(is.size[2] as u16);
    car.set_weight(is.weight as u32);
    car.set_cup_holders(is.cup_holders as u8);
    car.set_power_windows(is.extras[0]);
    car.set_power_steering(is.extras[1]);
    car.set_cruise_control(is.extras[2]);
    car.set_navigation(is.extras[3]);
    let tank = random.of(8, 30) as f32;
    car.set_tank(tank);
    car.set_filled(tank * random.of(0, 8) as f32 / 8.0);

    let mut value = is.value();
    let mut wheels = car.reborrow().init_wheels(4);
    for i in 0..4 {
        let (diameter, winter) = (random.of(25, 40), random.coin());
        let mut wheel = wheels.reborrow().get(i);
        wheel.set_diameter(diameter as u16);
        wheel.set_pressure(random.of(28, 36) as f32);
        wheel.set_winter(winter);
        value += wheel_value(diameter, winter);
    }

    let mut engine = car.init_engine();
    let (power, cylinders, displacement) = (random.of(60, 400), 2 * random.of(1, 6), random.of(800, 6_000));
    let (fuel, turbo) = (random.pick(&FUELS), random.coin());
    engine.set_power(power as u16);
    engine.set_cylinders(cylinders as u8);
    engine.set_displacement(displacement as u32);
    engine.set_fuel(fuel);
    engine.set_turbo(turbo);
    value + engine_value(power, cylinders, displacement, fuel as u16, turbo)
}

fn generated(car: car::Reader) -> capnp::Result<i64> {
    let is = Car {
        paint: car.get_paint()? as u16,
        seats: car.get_seats().into(),
        doors: car.get_doors().into(),
        size: [car.get_length().into(), car.get_width().into(), car.get_height().into()],
        weight: car.get_weight().into(),
        cup_holders: car.get_cup_holders().into(),
        extras: [
            car.get_power_windows(),
            car.get_power_steering(),
            car.get_cruise_control(),
            car.get_navigation(),
        ],
    };
    let mut value = is.value();
    for wheel in car.get_wheels()? {
        value += wheel_value(wheel.get_diameter().into(), wheel.get_winter());
    }
    let e = car.get_engine()?;
    let displacement = e.get_displacement().into();
    let fuel = e.get_fuel()? as u16;
    Ok(value
        + engine_value(e.get_power().into(), e.get_cylinders().into(), displacement, fuel, e.get_turbo()))
}

#[inline(always)]
fn hand(car: Struct) -> Result<i64, Fault> {
    let ([first, second], [_, _, wheels, engine]) = (car.words(), car.pointers());
    let is = Car {
        paint: first as u16,
        seats: bits(first, 16, 8),
        doors: bits(first, 24, 8),
        size: [bits(first, 32, 16), bits(first, 48, 16), bits(second, 0, 16)],
        weight: bits(second, 32, 32),
        cup_holders: bits(second, 24, 8),
        extras: [16, 17, 18, 19].map(|bit| bits(second, bit, 1) == 1),
    };
    let mut value = is.value();
    for wheel in wheels.structures()?.iter() {
        let [word] = wheel.words();
        value += wheel_value(bits(word, 0, 16), bits(word, 16, 1) == 1);
    }
    let [first, second] = engine.structure()?.words();
    let (power, cylinders, displacement) = (bits(first, 0, 16), bits(first, 16, 8), bits(first, 32, 32));
    Ok(value + engine_value(power, cylinders, displacement, second as u16, bits(first, 24, 1) == 1))
}

/// The fields of a lot, a car, a wheel and an engine, looked up once.
struct Reflected {
    cars: [Field; 1],
    small: [Field; 8],
    extras: [Field; 4],
    inner: [Field; 2],
    wheel: [Field; 2],
    engine: [Field; 5],
}

impl Reflected {
    fn new() -> Reflected {
        Reflected {
            cars: fields::<lot::Owned, 1>(["cars"]),
            small: fields::<car::Owned, 8>([
                "paint",
                "seats",
                "doors",
                "length",
                "width",
                "height",
                "weight",
                "cupHolders",
            ]),
            extras: fields::<car::Owned, 4>(["powerWindows", "powerSteering", "cruiseControl", "navigation"]),
            inner: fields::<car::Owned, 2>(["wheels", "engine"]),
            wheel: fields::<wheel::Owned, 2>(["diameter", "winter"]),
            engine: fields::<engine::Owned, 5>(["power", "cylinders", "displacement", "fuel", "turbo"]),
        }
    }

    fn value(&self, car: dynamic_struct::Reader) -> capnp::Result<i64> {
        let mut small = [0; 8];
        for (value, field) in small.iter_mut().zip(self.small) {
            *value = number(car.get(field)?);
        }
        let [paint, seats, doors, length, width, height, weight, cup_holders] = small;
        let mut extras = [false; 4];
        for (extra, field) in extras.iter_mut().zip(self.extras) {
            *extra = car.get(field)?.downcast();
        }
        let size = [length, width, height];
        let mut value = Car { paint: paint as u16, seats, doors, size, weight, cup_holders, extras }.value();
        let wheels: dynamic_list::Reader = car.get(self.inner[0])?.downcast();
        for wheel in wheels {
            let wheel: dynamic_struct::Reader = wheel?.downcast();
            value += wheel_value(number(wheel.get(self.wheel[0])?), wheel.get(self.wheel[1])?.downcast());
        }
        let engine: dynamic_struct::Reader = car.get(self.inner[1])?.downcast();
        let [power, cylinders, displacement, fuel, turbo] = self.engine;
        Ok(value
            + engine_value(
                number(engine.get(power)?),
                number(engine.get(cylinders)?),
                number(engine.get(displacement)?),
                number(engine.get(fuel)?) as u16,
                engine.get(turbo)?.downcast(),
            ))
    }
}

fn number(value: dynamic_value::Reader) -> i64 {
    match value {
        dynamic_value::Reader::UInt8(n) => n.into(),
        dynamic_value::Reader::UInt16(n) => n.into(),
        dynamic_value::Reader::UInt32(n) => n.into(),
        dynamic_value::Reader::Enum(e) => e.get_value().into(),
        _ => panic!("not one of the schema's numbers"),
    }
}
