//! Host functions: plain functions on plain values, which native code calls for everything that is no IR
//! instruction.
//!
//! A function with a counterpart in CPython 3.11 has the same meaning and identical results: [`number`] has
//! arithmetic whose rounding or sign is specific to Python, [`math`] the functions of Python's module `math`,
//! [`repr`] and [`mod@format`] the formatting of values, [`text`] strings counted in code points, this module
//! [`crc32`]. [`json`] has no counterpart in CPython; `cells` writes the cells of tables. Functions that
//! write append to a vector of bytes.
//!
//! All functions are total. If CPython raises an exception, or returns an integer that does not fit in 64
//! bits, the result is `None`.
//!
//! The functions themselves do not depend on the rest of the crate. `library` and `cells` register them with
//! names and types, and [`Hosts`] registers those of a user of the library.

pub mod cells;
mod decimal;
mod decode;
pub mod format;
mod hosts;
pub mod json;
mod library;
pub mod math;
pub mod number;
pub mod repr;
#[cfg(test)]
mod tests;
pub mod text;
mod unicode;
pub mod wide;

pub use hosts::{Hosts, in_ir, lent};
pub use library::{names, op};

/// `zlib.crc32(data, value)`: only the low 32 bits of `value` count, as in Python.
pub fn crc32(data: &[u8], value: i64) -> i64 {
    let mut hasher = crc32fast::Hasher::new_with_initial(value as u32);
    hasher.update(data);
    i64::from(hasher.finalize())
}
