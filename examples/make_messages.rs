//! Makes messages for `parking.py`, `search.py` and `expression.py`.
//!
//!     cargo run --release --example make_messages -- parking|search|expression N FILE [--seed S]
//!
//! writes N messages of `schemas/KIND.capnp`, the same for the same seed. The crate `capnp` encodes them.
//! Their content is as in the bench `capnp`, but smaller: a lot has up to 9 cars, a page up to 12 results.

use std::io;
use std::process::ExitCode;

use capnp::message::Builder;
use capnp::serialize;
use make::{Args, Output, Random, number};
use readers::expression_capnp::{Operation, expression};
use readers::parking_capnp::{Fuel, Paint, car, lot};
use readers::search_capnp::results;

mod make;

const USAGE: &str = "usage: make_messages parking|search|expression N FILE [--seed S]

  N       how many messages
  FILE    where they go; an existing file is replaced
  --seed  S, a number (default 1)

example: cargo run --release --example make_messages -- parking 5000 parking.bin";

#[derive(Clone, Copy)]
enum Kind {
    Parking,
    Search,
    Expression,
}

struct Wanted {
    kind: Kind,
    messages: u64,
    seed: u64,
}

fn parse(args: &Args) -> Result<(String, Wanted), String> {
    let [kind, n, file] = &args.plain[..] else {
        return Err(format!("three arguments are needed, but there are {}", args.plain.len()));
    };
    let kind = match kind.as_str() {
        "parking" => Kind::Parking,
        "search" => Kind::Search,
        "expression" => Kind::Expression,
        other => return Err(format!("there are parking, search and expression, but not {other}")),
    };
    Ok((file.clone(), Wanted { kind, messages: number("N", n)?, seed: args.seed()? }))
}

fn coin(random: &mut Random) -> bool {
    random.of(0, 1) == 1
}

fn park(mut lot: lot::Builder, random: &mut Random) {
    let mut cars = lot.reborrow().init_cars(random.of(0, 9) as u32);
    for i in 0..cars.len() {
        build(cars.reborrow().get(i), random);
    }
}

fn build(mut car: car::Builder, random: &mut Random) {
    const PAINTS: [Paint; 6] =
        [Paint::Black, Paint::White, Paint::Silver, Paint::Red, Paint::Blue, Paint::Green];
    const FUELS: [Fuel; 4] = [Fuel::Petrol, Fuel::Diesel, Fuel::Electric, Fuel::Hybrid];
    car.set_maker(random.pick(&["Albatross", "Borealis", "Cinder", "Ember & Sons", "Fjord"]));
    car.set_model(random.pick(&["Comet", "Half Moon", "Little Bear", "Nebula Estate", "Zenith"]));
    car.set_paint(random.pick(&PAINTS));
    car.set_seats(random.of(2, 8) as u8);
    car.set_doors(random.of(2, 5) as u8);
    car.set_length(random.of(150, 260) as u16);
    car.set_width(random.of(60, 90) as u16);
    car.set_height(random.of(50, 80) as u16);
    car.set_weight(random.of(1_200, 4_500) as u32);
    car.set_cup_holders(random.of(0, 11) as u8);
    car.set_power_windows(coin(random));
    car.set_power_steering(coin(random));
    car.set_cruise_control(coin(random));
    car.set_navigation(coin(random));
    let tank = random.of(8, 30) as f32;
    car.set_tank(tank);
    car.set_filled(tank * random.of(0, 8) as f32 / 8.0);
    let mut wheels = car.reborrow().init_wheels(random.of(3, 6) as u32);
    for i in 0..wheels.len() {
        let mut wheel = wheels.reborrow().get(i);
        wheel.set_diameter(random.of(25, 40) as u16);
        wheel.set_pressure(random.of(28, 36) as f32);
        wheel.set_winter(coin(random));
    }
    let mut engine = car.init_engine();
    engine.set_power(random.of(60, 400) as u16);
    engine.set_cylinders(2 * random.of(1, 6) as u8);
    engine.set_displacement(random.of(800, 6_000) as u32);
    engine.set_fuel(random.pick(&FUELS));
    engine.set_turbo(coin(random));
}

fn search(mut page: results::Builder, random: &mut Random) {
    const WORDS: [&str; 10] =
        ["a", "bit", "of", "wire", "format", "pointer", "advertise", "lenses", "lens", "advert"];
    let mut items = page.reborrow().init_items(random.of(0, 12) as u32);
    for i in 0..items.len() {
        let mut item = items.reborrow().get(i);
        let mut snippet = " ".to_string();
        for _ in 0..random.of(0, 14) {
            snippet += random.pick(&WORDS);
            snippet += " ";
        }
        item.set_address(format!("https://example.com/{}", random.of(0, 999_999)));
        item.set_score(random.fraction() * 1000.0);
        item.set_snippet(&*snippet);
    }
}

/// The result of an operation on two values, if it is below 2^40 in magnitude.
fn apply(operation: Operation, left: i64, right: i64) -> Option<i64> {
    let value = match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left.checked_mul(right)?,
        Operation::Least => left.min(right),
        Operation::Greatest => left.max(right),
    };
    (value.unsigned_abs() < 1 << 40).then_some(value)
}

/// Builds a tree and returns its value. At greater depth, operands are more likely to be plain values.
fn grow(mut tree: expression::Builder, random: &mut Random, depth: i64) -> i64 {
    let operand = |random: &mut Random| (random.of(0, 7) < depth).then(|| random.of(-100, 100));
    let left = match operand(random) {
        Some(value) => {
            tree.reborrow().init_left().set_value(value);
            value
        }
        None => grow(tree.reborrow().init_left().init_expression(), random, depth + 1),
    };
    let right = match operand(random) {
        Some(value) => {
            tree.reborrow().init_right().set_value(value);
            value
        }
        None => grow(tree.reborrow().init_right().init_expression(), random, depth + 1),
    };
    const ALL: [Operation; 5] =
        [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Least, Operation::Greatest];
    let operation = random.pick(&ALL);
    let operation = if apply(operation, left, right).is_some() { operation } else { Operation::Least };
    tree.set_operation(operation);
    apply(operation, left, right).expect("the lesser of two is not larger than both")
}

fn write(wanted: Wanted, out: &mut Output) -> io::Result<()> {
    let mut random = Random(wanted.seed);
    for _ in 0..wanted.messages {
        let mut message = Builder::new_default();
        match wanted.kind {
            Kind::Parking => park(message.init_root(), &mut random),
            Kind::Search => search(message.init_root(), &mut random),
            Kind::Expression => {
                grow(message.init_root(), &mut random, 1);
            }
        }
        serialize::write_message(&mut *out, &message).map_err(io::Error::other)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    make::main(USAGE, &["--seed"], parse, write)
}
