//! Tests across modules: every engine against every other, every pass against its input.
//!
//! [`passes`] and [`recorder`] compare texts, and run what they compare; [`programs`] and [`schemas`]
//! generate programs and run them in all engine modes; [`totals`] tests sums of floats; [`memory`] tests the
//! garbage of native code; [`structure`] checks the source itself. Shared parts: [`rng`], [`regions`] (a
//! region run by the interpreter and as native code), [`forced`] (an engine that leaves native code as often
//! as possible), [`hosts`] (host functions that test programs call).
//!
//! Everything is seeded. A failure prints its seed; `WIRELENS_CASES=20 cargo test` runs twenty times as many
//! cases. Nothing here measures time.

pub mod aggregate;
mod calls;
mod capnp;
mod filter;
mod forced;
pub mod format;
mod generate;
mod hosts;
mod memory;
mod passes;
mod programs;
mod queries;
mod recorder;
mod reference;
mod regions;
mod rng;
mod rows;
mod schemas;
mod statistics;
mod structure;
mod totals;

use regex::Regex;

/// How many cases to run, where the default is `n`.
fn cases(n: u64) -> u64 {
    let factor = std::env::var("WIRELENS_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    n * factor
}

/// Whether to overwrite the expected texts.
fn bless() -> bool {
    std::env::var_os("BLESS").is_some_and(|v| v != "0")
}

/// A folder of test data.
fn testdata(folder: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder)
}

/// The line between a test's input and its expected text.
const LINE: &str = "---\n";

/// The `.ir` files of a folder, by name: path, input, expected text.
fn golden(folder: &str) -> Vec<(std::path::PathBuf, String, String)> {
    let dir = testdata(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "ir"))
        .collect();
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("test data is text");
        let (given, expected) = text.split_once(LINE).unwrap_or((&text, ""));
        (path, given.to_string(), expected.to_string())
    };
    paths.into_iter().map(read).collect()
}

/// Compares the texts, or writes the found text if [`bless`] is true. Returns a message if they differ.
///
/// An expected text with a line `...` is a pattern: such a line matches any lines, and `$name` matches a
/// value, a block or an exit, the same one at each occurrence.
fn compare(path: &std::path::Path, given: &str, expected: &str, found: &str) -> Option<String> {
    if expected.lines().any(|line| line.trim() == "...") {
        let regex = |text| Regex::new(text).expect("it is right");
        let pattern = fm::FMBuilder::new(expected)
            .and_then(|pattern| pattern.name_matcher(regex(r"\$[a-z]+"), regex(r"[vbe][0-9]+")).build())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return pattern.matches(found).err().map(|error| format!("{}:\n{error}", path.display()));
    }
    if expected == found {
        return None;
    }
    if bless() {
        let given = given.trim_end();
        std::fs::write(path, format!("{given}\n{LINE}{found}")).expect("test data can be written");
        return None;
    }
    Some(format!("{}:\nexpected:\n{expected}\nfound:\n{found}", path.display()))
}
