//! Makes the messages of `worker.rs`, whose shapes drift.
//!
//! A message depends on the seed, its number, and the share of the run that is over: lists become longer,
//! pointers and members of unions that are never set at first become common, some messages have several
//! segments, and the mix of kinds changes. What is new has begun by the middle of the run: from then on only
//! the shares change.

use capnp::message::{Builder, HeapAllocator};
use capnp::serialize;
use readers::expression_capnp::{Operation, expression};
use readers::mixed_capnp::{place, sample};
use readers::parking_capnp::{Fuel, Paint, car, lot};
use readers::poly_capnp::{point, polygons};
use readers::search_capnp::results;

use super::make::Random;

/// How many messages of each kind there are among a hundred, at the start and at the end.
const MIX: [(f64, f64); super::jobs::KINDS] =
    [(40.0, 20.0), (10.0, 25.0), (10.0, 20.0), (30.0, 15.0), (10.0, 20.0)];

/// Random numbers, and how much of the run is over, from 0 to 1.
struct Drift {
    random: Random,
    over: f64,
}

impl Drift {
    /// A number in `low..=high`.
    fn of(&mut self, low: i64, high: i64) -> i64 {
        self.random.of(low, high)
    }

    /// What is `first` at the start and `last` at the end.
    fn between(&self, first: f64, last: f64) -> f64 {
        first + (last - first) * self.over
    }

    /// The length of a list, up to `first` at the start and `last` at the end.
    fn length(&mut self, first: i64, last: i64) -> u32 {
        let most = self.between(first as f64, last as f64);
        self.of(0, most as i64) as u32
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        self.random.pick(all)
    }

    /// Happens with a probability that changes.
    fn chance(&mut self, first: f64, last: f64) -> bool {
        self.random.fraction() < self.between(first, last)
    }

    /// Never happens before that share of the run is over, and then more and more often.
    fn from(&mut self, start: f64, last: f64) -> bool {
        self.over >= start && self.chance(0.02, last)
    }
}

/// Appends the message with that number of `count`, in whole words. Returns its kind, and its words in
/// `words`.
pub fn append(words: &mut Vec<u64>, number: u64, count: u64, seed: u64) -> capnp::Result<usize> {
    let random = Random(seed.wrapping_add(number).wrapping_mul(0xd134_2543_de82_ef95));
    let mut drift = Drift { random, over: number as f64 / count as f64 };
    let mut left = 100.0 * drift.random.fraction();
    let kind = MIX.iter().position(|(first, last)| {
        left -= drift.between(*first, *last);
        left < 0.0
    });
    let kind = kind.unwrap_or(0);
    // A builder whose first segment is full goes on in another one.
    let first = if drift.from(0.4, 0.05) { 16 } else { 1 << 12 };
    let mut message = Builder::new(HeapAllocator::new().first_segment_words(first));
    match kind {
        0 => sample(message.init_root(), &mut drift),
        1 => park(message.init_root(), &mut drift),
        2 => search(message.init_root(), &mut drift),
        3 => triangles(message.init_root(), &mut drift),
        _ => {
            grow(message.init_root(), &mut drift, 0);
        }
    }
    let start = words.len();
    words.resize(start + serialize::compute_serialized_size_in_words(&message), 0);
    serialize::write_message(bytemuck::cast_slice_mut(&mut words[start..]), &message)?;
    Ok(kind)
}

fn sample(mut sample: sample::Builder, drift: &mut Drift) {
    sample.set_id(drift.of(0, 1 << 30) as u32);
    sample.set_kind(drift.of(0, 60_000) as u16);
    if drift.chance(0.9, 0.5) {
        sample.set_weight(drift.of(-500, 500) as i32);
    }
    if !drift.from(0.2, 0.3) {
        place(sample.reborrow().init_place(), drift);
    }
    if drift.from(0.1, 0.9) {
        place(sample.reborrow().init_origin(), drift);
    }
    let mut levels = sample.init_levels(drift.length(8, 40));
    for i in 0..levels.len() {
        levels.set(i, drift.of(-300, 300) as i16);
    }
}

fn place(mut place: place::Builder, drift: &mut Drift) {
    place.set_x(drift.of(-10_000, 10_000) as i32);
    place.set_y(drift.of(-10_000, 10_000) as i32);
    if drift.chance(0.2, 0.8) {
        place.set_height(drift.of(0, 5_000) as i16);
    }
}

fn park(lot: lot::Builder, drift: &mut Drift) {
    let mut cars = lot.init_cars(drift.length(10, 40));
    for i in 0..cars.len() {
        car(cars.reborrow().get(i), drift);
    }
}

fn car(mut car: car::Builder, drift: &mut Drift) {
    car.set_maker(drift.pick(&["Albatross", "Borealis", "Cinder", "Ember & Sons", "Fjord"]));
    if !drift.from(0.3, 0.5) {
        car.set_model(drift.pick(&["Comet", "Half Moon", "Little Bear", "Nebula Estate", "Zenith"]));
    }
    car.set_paint(drift.pick(&[Paint::Black, Paint::White, Paint::Silver, Paint::Red, Paint::Blue]));
    car.set_seats(drift.of(2, 8) as u8);
    car.set_doors(drift.of(2, 5) as u8);
    car.set_length(drift.of(150, 260) as u16);
    car.set_width(drift.of(60, 90) as u16);
    car.set_height(drift.of(50, 80) as u16);
    car.set_weight(drift.of(1_200, 4_500) as u32);
    car.set_cup_holders(drift.of(0, 11) as u8);
    car.set_power_windows(drift.chance(0.5, 0.9));
    car.set_navigation(drift.chance(0.1, 0.9));
    let mut wheels = car.reborrow().init_wheels(drift.of(3, 6) as u32);
    for i in 0..wheels.len() {
        let mut wheel = wheels.reborrow().get(i);
        wheel.set_diameter(drift.of(25, 40) as u16);
        wheel.set_pressure(drift.of(28, 36) as f32);
        wheel.set_winter(drift.chance(0.0, 0.6));
    }
    // A car without an engine comes later.
    if !drift.from(0.45, 0.3) {
        let mut engine = car.init_engine();
        engine.set_power(drift.of(60, 400) as u16);
        engine.set_cylinders(2 * drift.of(1, 6) as u8);
        engine.set_displacement(drift.of(800, 6_000) as u32);
        let electric = drift.from(0.15, 0.7);
        engine.set_fuel(if electric { Fuel::Electric } else { Fuel::Petrol });
        engine.set_turbo(drift.chance(0.5, 0.1));
    }
}

fn search(page: results::Builder, drift: &mut Drift) {
    const WORDS: [&str; 8] = ["a", "bit", "of", "wire", "format", "pointer", "advertise", "lenses"];
    let mut items = page.init_items(drift.length(5, 20));
    for i in 0..items.len() {
        let mut item = items.reborrow().get(i);
        let mut snippet = " ".to_string();
        for _ in 0..drift.length(10, 20) {
            snippet += drift.pick(&WORDS);
            snippet += " ";
        }
        snippet += if drift.chance(0.1, 0.4) { "lens " } else { "" };
        snippet += if drift.from(0.35, 0.3) { "advert " } else { "" };
        item.set_score(drift.of(0, 8_000) as f64 / 8.0);
        item.set_snippet(&*snippet);
        if drift.chance(1.0, 0.2) {
            item.set_address(format!("https://example.com/{}", drift.of(0, 999_999)));
        }
    }
}

fn triangles(polygons: polygons::Builder, drift: &mut Drift) {
    let mut triangles = polygons.init_triangles(drift.length(20, 100));
    for i in 0..triangles.len() {
        let mut triangle = triangles.reborrow().get(i);
        point(triangle.reborrow().init_a(), drift);
        point(triangle.reborrow().init_b(), drift);
        // A corner at the origin can be left out.
        if !drift.from(0.25, 0.2) {
            point(triangle.init_c(), drift);
        }
    }
}

/// Coordinates are multiples of 1/8, so that areas are exact.
fn point(mut point: point::Builder, drift: &mut Drift) {
    point.set_x(drift.of(0, 8_000) as f64 / 8.0);
    point.set_y(drift.of(0, 8_000) as f64 / 8.0);
}

/// Builds a tree and returns its value, which stays below 2^40 in magnitude.
fn grow(mut tree: expression::Builder, drift: &mut Drift, depth: u32) -> i64 {
    let plain = |drift: &mut Drift| depth > 6 || drift.chance(0.3, 0.2);
    let left = if plain(drift) {
        let value = drift.of(-100, 100);
        tree.reborrow().init_left().set_value(value);
        value
    } else {
        grow(tree.reborrow().init_left().init_expression(), drift, depth + 1)
    };
    // At first, trees grow to the left alone.
    let right = if plain(drift) || !drift.from(0.3, 1.0) {
        let value = drift.of(-100, 100);
        tree.reborrow().init_right().set_value(value);
        value
    } else {
        grow(tree.reborrow().init_right().init_expression(), drift, depth + 1)
    };
    let (operation, value) = match drift.of(0, 4) {
        0 => (Operation::Add, left + right),
        1 => (Operation::Subtract, left - right),
        2 if left.unsigned_abs() < 1 << 20 && right.unsigned_abs() < 1 << 10 => {
            (Operation::Multiply, left * right)
        }
        2 | 3 => (Operation::Least, left.min(right)),
        _ => (Operation::Greatest, left.max(right)),
    };
    tree.set_operation(operation);
    value
}
