//! Writes parcels any of whose fields may be unknown, for `optional_params_packed.py` and
//! `optional_params_capnp.py`.
//!
//!     cargo run --release --example make_rows -- N FILE [--format packed|capnp] [--presence P] [--seed S]
//!
//! writes N rows: records of `rows.h`, or messages of `rows.capnp`. For the same seed both formats have the
//! same rows, and the file is always the same. A missing number is zero in the bytes.
//!
//! A message is 112 bytes: a segment table for one segment of 13 words, a pointer to a struct of 12 words of
//! data, and that data. The tag of each union is 1 if the value is present.

use std::io::{self, Write};
use std::process::ExitCode;

use make::{Args, Output, Random, number};

mod make;

const USAGE: &str = "usage: make_rows N FILE [--format packed|capnp] [--presence P] [--seed S]

  N           how many rows, 80 bytes each, or 112 with --format capnp
  FILE        where they go; an existing file is replaced
  --format    packed: records of rows.h (default); capnp: messages of rows.capnp
  --presence  P, how likely it is that a number is given, from 0 to 1 (default 0.5)
  --seed      S, a number (default 1)

example: cargo run --release --example make_rows -- 1000000 rows.bin";

/// The ranges of the numbers, in the schemas' order.
const RANGES: [(f64, f64); 9] = [
    (5.0, 120.0),
    (5.0, 60.0),
    (1.0, 60.0),
    (0.1, 40.0),
    (1.0, 2000.0),
    (10.0, 150.0),
    (1.0, 1000.0),
    (0.0, 0.6),
    (0.0, 0.3),
];

/// The offset of each union's tag in a message's data, and the word of its value.
const UNIONS: [(usize, usize); 9] =
    [(0, 1), (2, 2), (4, 3), (6, 4), (40, 6), (42, 7), (44, 8), (46, 9), (80, 11)];

type Row = [Option<f64>; 9];

struct Wanted {
    rows: u64,
    capnp: bool,
    presence: f64,
    seed: u64,
}

fn parse(args: &Args) -> Result<(String, Wanted), String> {
    let [n, file] = &args.plain[..] else {
        return Err(format!("two arguments are needed, N and FILE, but there are {}", args.plain.len()));
    };
    let capnp = match args.option("--format") {
        None | Some("packed") => false,
        Some("capnp") => true,
        Some(other) => return Err(format!("--format must be packed or capnp, but is `{other}`")),
    };
    let presence = args.option("--presence").unwrap_or("0.5");
    let presence = presence.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    let presence = presence.ok_or("--presence must be a number from 0 to 1")?;
    Ok((file.clone(), Wanted { rows: number("N", n)?, capnp, presence, seed: args.seed()? }))
}

/// Draws two random numbers for each field, whether it is present or not, so that the values of rows do not
/// depend on `presence`.
fn row(random: &mut Random, presence: f64) -> Row {
    RANGES.map(|(low, high)| {
        let (given, value) = (random.fraction() < presence, low + (high - low) * random.fraction());
        given.then_some(value)
    })
}

fn packed(row: &Row) -> [u8; 80] {
    let mut bytes = [0; 80];
    let given = row.iter().enumerate().map(|(i, value)| u32::from(value.is_some()) << i).sum::<u32>();
    bytes[..4].copy_from_slice(&given.to_le_bytes());
    for (to, value) in bytes[8..].chunks_exact_mut(8).zip(row) {
        to.copy_from_slice(&value.unwrap_or(0.0).to_le_bytes());
    }
    bytes
}

fn message(row: &Row) -> [u8; 112] {
    let mut bytes = [0; 112];
    bytes[4] = 13;
    bytes[12] = 12;
    let data = &mut bytes[16..];
    for ((tag, word), value) in UNIONS.into_iter().zip(row) {
        if let Some(value) = value {
            data[tag] = 1;
            data[8 * word..8 * word + 8].copy_from_slice(&value.to_le_bytes());
        }
    }
    bytes
}

fn write(wanted: Wanted, out: &mut Output) -> io::Result<()> {
    let mut random = Random(wanted.seed);
    for _ in 0..wanted.rows {
        let row = row(&mut random, wanted.presence);
        if wanted.capnp {
            out.write_all(&message(&row))?;
        } else {
            out.write_all(&packed(&row))?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    make::main(USAGE, &["--format", "--presence", "--seed"], parse, write)
}
