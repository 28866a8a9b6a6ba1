//! A row whose values a program reads: a position in the bytes that native code has written
//! ([`cells`](crate::host::cells)).

use super::value::{Number, Value};
use crate::host::cells::tag;
use std::sync::Arc;

/// A row: a value for each column.
///
/// ```
/// use wirelens::{Input, Number, Query, Schema, Value};
/// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
/// let reader = Query::builder(&schema).select("n, n / 2 as half, n > 3 as large").reader()?;
/// let input = Input::from_bytes(&[5]);
/// let row = reader.rows(&input)?.next().unwrap()?;
/// let values = [Value::Number(Number::Int(5)), Value::Number(Number::Float(2.5)), Value::Bool(true)];
/// assert_eq!(row.values().collect::<Vec<_>>(), values);
/// assert_eq!((row.named("half"), row.value(2)), (Some(values[1].clone()), Some(values[2].clone())));
/// assert_eq!((row.named("x"), row.value(3)), (None, None));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone)]
pub struct Row<'r> {
    names: &'r [String],
    /// The values of several rows.
    batch: Arc<Vec<u8>>,
    /// The offset of the values of this row.
    start: usize,
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.names.iter().zip(self.values())).finish()
    }
}

impl<'r> Row<'r> {
    pub(super) fn new(names: &'r [String], batch: Arc<Vec<u8>>, start: usize) -> Row<'r> {
        Row { names, batch, start }
    }

    /// The names of the columns.
    ///
    /// ```
    /// use wirelens::{Input, Query, Schema};
    /// let schema = Schema::from_c("<schema>", "struct S { uint8_t n; };")?;
    /// let reader = Query::builder(&schema).select("n, -n as minus").reader()?;
    /// let input = Input::from_bytes(&[5]);
    /// assert_eq!(reader.rows(&input)?.next().unwrap()?.columns(), ["n", "minus"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn columns(&self) -> &'r [String] {
        self.names
    }

    /// All values, in the order of the columns.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.cells().map(Value::from)
    }

    /// The value of a column, counted from 0; `None` if there are fewer columns.
    pub fn value(&self, column: usize) -> Option<Value> {
        self.cells().nth(column).map(Value::from)
    }

    /// The value of the column with that name; `None` if there is no such column.
    pub fn named(&self, column: &str) -> Option<Value> {
        self.value(self.names.iter().position(|name| name == column)?)
    }

    /// All values, borrowed from the batch.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let mut rest = &self.batch[self.start..];
        self.names.iter().map(move |_| Cell::read(&mut rest))
    }
}

/// A value borrowed from a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'b> {
    None,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Wide(i128),
    Float(f64),
    Text(&'b str),
    Bytes(&'b [u8]),
}

impl<'b> Cell<'b> {
    /// Reads the value at the start of `bytes`, and advances past it.
    fn read(bytes: &mut &'b [u8]) -> Cell<'b> {
        let tag = fixed::<1>(bytes)[0];
        match tag {
            tag::NONE => Cell::None,
            tag::FALSE | tag::TRUE => Cell::Bool(tag == tag::TRUE),
            tag::INT => Cell::Int(i64::from_le_bytes(fixed(bytes))),
            tag::UINT => Cell::Uint(u64::from_le_bytes(fixed(bytes))),
            tag::FLOAT => Cell::Float(f64::from_le_bytes(fixed(bytes))),
            tag::WIDE => Cell::Wide(i128::from_le_bytes(fixed(bytes))),
            tag::TEXT => Cell::Text(str::from_utf8(long(bytes)).expect("it was written as text")),
            tag::BYTES => Cell::Bytes(long(bytes)),
            other => unreachable!("{other} is no tag"),
        }
    }
}

/// Advances past the value at the start of `bytes`.
pub(super) fn skip_value(bytes: &mut &[u8]) {
    match fixed::<1>(bytes)[0] {
        tag::NONE | tag::FALSE | tag::TRUE => {}
        tag::WIDE => *bytes = &bytes[16..],
        tag::TEXT | tag::BYTES => {
            long(bytes);
        }
        _ => *bytes = &bytes[8..],
    }
}

fn fixed<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (first, rest) = bytes.split_first_chunk().expect("values are written whole");
    *bytes = rest;
    *first
}

fn long<'b>(bytes: &mut &'b [u8]) -> &'b [u8] {
    let len = u64::from_le_bytes(fixed(bytes)) as usize;
    let (value, rest) = bytes.split_at(len);
    *bytes = rest;
    value
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell) -> Value {
        match cell {
            Cell::None => Value::None,
            Cell::Bool(b) => Value::Bool(b),
            Cell::Int(i) => Value::Number(Number::Int(i)),
            Cell::Uint(u) => Value::Number(Number::Uint(u)),
            Cell::Wide(x) => Value::Number(Number::exact(x)),
            Cell::Float(x) => Value::Number(Number::Float(x)),
            Cell::Text(text) => Value::Text(text.to_string()),
            Cell::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        }
    }
}
