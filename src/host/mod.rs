//! What a program does that is no arithmetic instruction: plain functions on plain values, for native code to
//! call.
//!
//! They have the meaning, and where there is one the very result, of the functions of CPython 3.11 whose
//! names they bear: [`number`] arithmetic whose rounding or sign Python has its own mind about, [`math`] the
//! functions of its module of that name, [`repr`] and [`mod@format`] how values are written, [`text`] strings
//! counted in code points, here [`crc32`]. [`json`] has no model there; `cells` writes the cells of tables.
//! What writes, appends to a vector of bytes.
//!
//! All are total. Where CPython raises an exception, or has an integer that 64 bits do not hold, the result
//! is `None`.
//!
//! They do not know the rest of the crate: `library` registers them with names and types, and [`Hosts`] those
//! of whoever uses the crate.

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

/// `zlib.crc32(data, value)`: of `value` the low 32 bits count, as in Python.
pub fn crc32(data: &[u8], value: i64) -> i64 {
    let mut hasher = crc32fast::Hasher::new_with_initial(value as u32);
    hasher.update(data);
    i64::from(hasher.finalize())
}
