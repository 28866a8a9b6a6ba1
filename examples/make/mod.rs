//! The parts that several examples share: random numbers, the command line, a file.

#![allow(dead_code, reason = "each example uses a part")]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014): three
/// lines in any language, so that anybody can make the same file.
pub struct Random(pub u64);

impl Random {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1): 53 bits of the next number.
    pub fn fraction(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number in `low..=high`.
    pub fn of(&mut self, low: i64, high: i64) -> i64 {
        low + (self.fraction() * (high - low + 1) as f64) as i64
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.of(0, all.len() as i64 - 1) as usize]
    }
}

/// The command line: positional arguments, and the known options, each with a value.
pub struct Args {
    pub plain: Vec<String>,
    options: Vec<(String, String)>,
}

impl Args {
    pub fn parse(known: &[&str], args: impl IntoIterator<Item = String>) -> Result<Args, String> {
        let (mut plain, mut options, mut args) = (vec![], vec![], args.into_iter());
        while let Some(arg) = args.next() {
            if known.contains(&arg.as_str()) {
                let value = args.next().ok_or(format!("{arg} needs a value"))?;
                options.push((arg, value));
            } else if arg.starts_with("--") {
                return Err(format!("there is no option {arg}"));
            } else {
                plain.push(arg);
            }
        }
        Ok(Args { plain, options })
    }

    /// The last value of an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn seed(&self) -> Result<u64, String> {
        self.option("--seed").map_or(Ok(1), |seed| number("--seed", seed))
    }
}

pub fn number(what: &str, text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|_| format!("{what} must be a number, but is `{text}`"))
}

/// The output, in blocks of 3 MiB: small writes leave the file in small pieces in the page cache.
pub type Output = BufWriter<File>;

/// Parses the arguments and calls `run`, whose errors are printed.
pub fn command<T>(
    usage: &str,
    options: &[&str],
    parse: impl FnOnce(&Args) -> Result<T, String>,
    run: impl FnOnce(T) -> Result<(), String>,
) -> ExitCode {
    if std::env::args().any(|a| a == "--help" || a == "-h") {
        println!("{usage}");
        return ExitCode::SUCCESS;
    }
    let help = |message| format!("{message}\n\n{usage}");
    let wanted = Args::parse(options, std::env::args().skip(1)).and_then(|args| parse(&args)).map_err(help);
    match wanted.and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// A command that creates an output file and calls `write`.
pub fn main<T>(
    usage: &str,
    options: &[&str],
    parse: impl FnOnce(&Args) -> Result<(String, T), String>,
    write: impl FnOnce(T, &mut Output) -> io::Result<()>,
) -> ExitCode {
    command(usage, options, parse, |(file, wanted)| {
        let written = File::create(&file).and_then(|to| {
            let mut out = BufWriter::with_capacity(48 << 16, to);
            write(wanted, &mut out)?;
            out.flush()
        });
        written.map_err(|e| format!("cannot write {file}: {e}"))
    })
}
