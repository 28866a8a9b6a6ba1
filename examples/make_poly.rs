//! Writes a dump of triangles, of any size, the same for the same seed.
//!
//!     cargo run --release --example make_poly -- N FILE [--seed S]
//!
//! writes N records of `struct Triangle` in `testdata/poly.h`: six little-endian doubles each, uniform in
//! [0, 1000).

use std::io::{self, Write};
use std::process::ExitCode;

use make::{Args, Output, Random, number};

mod make;

const USAGE: &str = "usage: make_poly N FILE [--seed S]

  N       how many triangles, 48 bytes each (a number, e.g. 12000000 for 576 MB)
  FILE    where they go; an existing file is replaced
  --seed  S, a number (default 1)

example: cargo run --release --example make_poly -- 12000000 big.bin";

struct Wanted {
    records: u64,
    seed: u64,
}

fn parse(args: &Args) -> Result<(String, Wanted), String> {
    let [n, file] = &args.plain[..] else {
        return Err(format!("two arguments are needed, N and FILE, but there are {}", args.plain.len()));
    };
    Ok((file.clone(), Wanted { records: number("N", n)?, seed: args.seed()? }))
}

fn write(wanted: Wanted, out: &mut Output) -> io::Result<()> {
    let mut random = Random(wanted.seed);
    for _ in 0..wanted.records {
        let mut record = [0; 48];
        for field in record.chunks_exact_mut(8) {
            field.copy_from_slice(&(random.fraction() * 1000.0).to_le_bytes());
        }
        out.write_all(&record)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    make::main(USAGE, &["--seed"], parse, write)
}
