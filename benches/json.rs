//! Records as JSON: `wirelens cat` compared with `wirelens select --json` of the same fields. `cargo bench
//! --bench json`
//!
//! Both write the same numbers, which is checked; `cat` writes nested objects, so its text is longer. They
//! run in turn, after a round that is not counted; the table has medians. Speeds are those of the written
//! text, with one thread.

use std::time::{Duration, Instant};
use wirelens::{Input, Query, RowFormat, Schema};

const RECORDS: u64 = 500_000;
const ROUNDS: usize = 9;

fn main() {
    println!("{:24} {:>9} {:>12} {:>12} {:>13}", "", "MB", "cat, MB/s", "select, MB/s", "cat / select");
    let schema = Schema::from_c("poly.h", include_str!("../testdata/poly.h")).expect("it is right");
    let columns = "a.x, a.y, b.x, b.y, c.x, c.y";
    compare("packed triangles", &schema, columns, &(0..RECORDS).flat_map(triangle).collect::<Vec<u8>>());
    let schema = "@0xb7b3f2a6c7d1e0a5; struct Triangle { a @0 :Point; b @1 :Point; c @2 :Point; } \
                  struct Point { x @0 :Float64; y @1 :Float64; }";
    let schema = Schema::from_capnp_text("poly.capnp", schema).expect("it is right");
    compare("one-triangle messages", &schema, columns, &(0..RECORDS).flat_map(message).collect::<Vec<u8>>());
}

/// Six coordinates.
fn triangle(i: u64) -> Vec<u8> {
    (0..6).flat_map(|k| ((i * 7919 + k * 104_729) as f64 / 1009.0).to_le_bytes()).collect()
}

/// A message of one segment: the root, its three pointers, the points.
fn message(i: u64) -> Vec<u8> {
    let pointer = |offset: u32, data: u16, pointers: u16| {
        [(offset << 2).to_le_bytes().to_vec(), data.to_le_bytes().to_vec(), pointers.to_le_bytes().to_vec()]
            .concat()
    };
    let table = [0u32.to_le_bytes(), 10u32.to_le_bytes()].concat();
    let pointers = [pointer(0, 0, 3), pointer(2, 2, 0), pointer(3, 2, 0), pointer(4, 2, 0)].concat();
    [table, pointers, triangle(i)].concat()
}

fn compare(name: &str, schema: &Schema, columns: &str, bytes: &[u8]) {
    let input = Input::from_bytes(bytes);
    let documents = Query::builder(schema).record("Triangle").documents().build().expect("it is one");
    let query = Query::builder(schema).record("Triangle").select(columns).rows(RowFormat::Json);
    let query = query.build().expect("these are its fields");
    let cat = || documents.run(&input).expect("it can be read").text;
    let select = || query.run(&input).expect("it can be read").text;
    let (whole, rows) = (cat(), select());
    assert!(numbers(&whole).eq(numbers(&rows)), "{name}: not the same numbers");
    assert_eq!(whole.iter().filter(|b| **b == b'\n').count() as u64, RECORDS);
    let mut times = [vec![], vec![]];
    for _ in 0..ROUNDS {
        times[0].push(timed(cat));
        times[1].push(timed(select));
    }
    let [cat, select] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64()
    });
    let [whole, rows] = [whole.len(), rows.len()].map(|bytes| bytes as f64 / 1e6);
    println!("{name:24} {whole:9.1} {:12.0} {:12.0} {:13.2}", whole / cat, rows / select, cat / select);
}

/// The numbers in a text, as written.
fn numbers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let part = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e');
    text.split(move |b| !part(b)).filter(|word| word.iter().any(u8::is_ascii_digit))
}

fn timed(f: impl Fn() -> Vec<u8>) -> Duration {
    let start = Instant::now();
    let text = f();
    let time = start.elapsed();
    drop(std::hint::black_box(text));
    time
}
