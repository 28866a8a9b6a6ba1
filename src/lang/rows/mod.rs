//! How rows of a table are written as text: the list of formats, and the trait that each implements.
//!
//! A format is a file, a variant of [`RowFormat`] and a line in its table. It names the host functions that
//! write values ([`crate::host`]), and the text between them. This module does not know how a row's values
//! are computed ([`script`](super::script)) nor where the text goes ([`crate::query`]).

mod csv;
mod json;
mod typed;

pub use typed::Typed;

use std::fmt;

/// The text format of rows.
///
/// ```
/// use wirelens::{Query, RowFormat, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int n; };")?;
/// let query = Query::builder(&schema).select("n, -n as minus").rows(RowFormat::Csv).build()?;
/// assert_eq!(query.header(), b"n,minus\n");
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowFormat {
    /// Comma-separated values as in RFC 4180, except that lines end with a line feed only. Values are written
    /// as Python's `str` writes them; an absent value is empty.
    #[default]
    Csv,
    /// One JSON object per line. Integers of 64 bits, NaN and the infinities are strings; an absent value is
    /// `null`.
    Json,
}

impl RowFormat {
    /// The implementation of the format.
    pub(crate) fn text(self) -> &'static dyn RowText {
        match self {
            RowFormat::Csv => &csv::Csv,
            RowFormat::Json => &json::Json,
        }
    }
}

/// The kind of a value that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Bool,
    /// An integer of 64 bits; whether it is signed, and whether its type guarantees that a double represents
    /// it.
    Int {
        signed: bool,
        small: bool,
    },
    /// An integer of 128 bits.
    Wide,
    Float,
    Text,
    Bytes,
    /// The name of an enum's value.
    Name,
}

/// A format of rows. [`Typed`] is internal: its output is read back as values.
pub trait RowText: fmt::Debug + Sync {
    /// The line above all rows of columns with these names; empty if there is none.
    fn header(&self, names: &[&str]) -> Vec<u8>;
    /// The text before the first value of a row, and the text after each value.
    fn around(&self, names: &[&str]) -> (Vec<u8>, Vec<Vec<u8>>);
    /// The host function that writes a value; `alone` if the row has only one.
    fn cell(&self, cell: Cell, alone: bool) -> &'static str;
    /// The text of an absent value.
    fn absent(&self, alone: bool) -> &'static [u8];
    /// Whether a line feed between two `"` belongs to a value instead of ending the row.
    fn quotes_lines(&self) -> bool;
}
