//! How rows of a table are written as text: the list of formats, and what one of them says of itself.
//!
//! A format is a file, a variant of [`RowFormat`] and a line in its table. It names the functions of the host
//! that write values ([`crate::host`]), and says what stands between them. Not known here: how a row's values
//! are computed ([`script`](super::script)), and where its text goes ([`crate::query`]).

mod csv;
mod json;
mod typed;

pub use typed::Typed;

use std::fmt;

/// How rows are written.
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
    /// Comma-separated values as RFC 4180 has them, but lines end with a line feed alone. Values are written
    /// as Python's `str` has them; what is not there is empty.
    #[default]
    Csv,
    /// An object of JSON a line. Integers of 64 bits are strings, as are NaN and the infinities; what is not
    /// there is `null`.
    Json,
}

impl RowFormat {
    /// The format itself.
    pub(crate) fn text(self) -> &'static dyn RowText {
        match self {
            RowFormat::Csv => &csv::Csv,
            RowFormat::Json => &json::Json,
        }
    }
}

/// What is written of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Bool,
    /// An integer of 64 bits; whether it has a sign, and whether its type says that a double holds it.
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

/// A format of rows. [`Typed`] is none that users write, but what they read as values.
pub trait RowText: fmt::Debug + Sync {
    /// The line above all rows of columns with these names; nothing if there is none.
    fn header(&self, names: &[&str]) -> Vec<u8>;
    /// What is written in front of the first value of a row, and what behind each.
    fn around(&self, names: &[&str]) -> (Vec<u8>, Vec<Vec<u8>>);
    /// The function of the host that writes a value; `alone` if the row has no other.
    fn cell(&self, cell: Cell, alone: bool) -> &'static str;
    /// What stands for a value that is not there.
    fn absent(&self, alone: bool) -> &'static [u8];
    /// Whether a line feed between two `"` is a part of a value, and not the end of a row.
    fn quotes_lines(&self) -> bool;
}
