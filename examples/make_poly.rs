//! Writes a dump of triangles, of any size, the same for the same seed.
//!
//!     cargo run --release --example make_poly -- N FILE [--seed S]
//!
//! writes N records of `struct Triangle` in `testdata/poly.h`: six little-endian doubles each, uniform in
//! [0, 1000). The numbers come from SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
//! generators", OOPSLA 2014), which is three lines in any language, so that anybody can make the same file.
//!
//! It writes in blocks of 3 MiB (65,536 records), because small writes leave the file in small pieces in the
//! page cache, whose page faults cost a reader more (see the documentation of the library's input).

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: make_poly N FILE [--seed S]

  N       how many triangles, 48 bytes each (a number, e.g. 12000000 for 576 MB)
  FILE    where they go; an existing file is replaced
  --seed  S, a number (default 1)

example: cargo run --release --example make_poly -- 12000000 big.bin";

/// SplitMix64: a counter in steps of the golden ratio, mixed.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1000): 53 bits of the next number as a fraction, times 1000.
    fn coordinate(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64) * 1000.0
    }
}

struct Wanted {
    records: u64,
    file: String,
    seed: u64,
}

fn parse(args: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let number = |what: &str, text: &str| {
        text.replace('_', "").parse::<u64>().map_err(|_| format!("{what} must be a number, but is `{text}`"))
    };
    let (mut plain, mut seed, mut args) = (Vec::new(), 1, args);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seed" => seed = number("--seed", &args.next().ok_or("--seed needs a number")?)?,
            other if other.starts_with("--") => return Err(format!("there is no option {other}")),
            _ => plain.push(arg),
        }
    }
    match <[String; 2]>::try_from(plain) {
        Ok([n, file]) => Ok(Wanted { records: number("N", &n)?, file, seed }),
        Err(other) => Err(format!("two arguments are needed, N and FILE, but there are {}", other.len())),
    }
}

fn write(wanted: &Wanted) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(48 << 16, File::create(&wanted.file)?);
    let mut random = SplitMix64(wanted.seed);
    for _ in 0..wanted.records {
        let mut record = [0; 48];
        for field in record.chunks_exact_mut(8) {
            field.copy_from_slice(&random.coordinate().to_le_bytes());
        }
        out.write_all(&record)?;
    }
    out.flush()
}

fn main() -> ExitCode {
    if std::env::args().any(|a| a == "--help" || a == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let wanted = match parse(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(message) => {
            eprintln!("error: {message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match write(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: cannot write {}: {e}", wanted.file);
            ExitCode::from(2)
        }
    }
}
