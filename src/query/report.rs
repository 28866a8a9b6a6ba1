//! What all queries and scripts take, and what comes of queries.

use super::value::Value;
use crate::engine::{Jit, Stats};
use crate::formats::{Cut, Format, Limits};

/// How a query or a script is run.
///
/// ```
/// use wirelens::{Jit, Options};
/// let options = Options { threads: 2, ..Options::default() };
/// assert_eq!((options.jit, options.format), (Jit::On, None));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether native code is used.
    pub jit: Jit,
    /// How many threads work at most; at least 1. A short input gets fewer.
    pub threads: usize,
    /// How the input is encoded, of those encodings that the schema's language has; by default that is
    /// guessed ([`Format::guess`]).
    pub format: Option<Format>,
}

impl Default for Options {
    fn default() -> Options {
        Options { jit: Jit::On, threads: 1, format: None }
    }
}

/// Which records a program is over.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// The struct: a record is one, or the root of a message is.
    pub name: &'a str,
    /// Of messages: the path from the root to a list whose elements are the records.
    pub each: Option<&'a str>,
    /// What a message may ask of its reader.
    pub limits: Limits,
}

/// What an input of a [`Pass`](super::Pass) had in it.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let query = Query::builder(&schema).totals(&["t.n"]).build()?;
/// let seen = query.pass().add(&Input::from_bytes(&[0; 18]))?;
/// assert_eq!((seen.records, seen.cut.map(|cut| cut.bytes)), (2, Some(2)));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// How many whole records were looked at.
    pub records: u64,
    /// How many in front of them were skipped.
    pub skipped: u64,
    /// How many rows were written.
    pub rows: u64,
    /// What was left over, if all of it was looked at and the last record was cut short.
    pub cut: Option<Cut>,
}

/// What there was in inputs, and what came of it.
///
/// ```
/// use wirelens::{Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct S { int64_t n; };")?;
/// let query = Query::builder(&schema).record("S").select("n").build()?;
/// let report = query.run(&Input::from_bytes(&[0; 19]))?;
/// assert_eq!((report.records, report.rows, &report.text[..]), (2, 2, &b"0\n0\n"[..]));
/// assert_eq!(report.cut.map(|cut| cut.bytes), Some(3));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How many whole records were looked at.
    pub records: u64,
    /// How many rows were written.
    pub rows: u64,
    /// What was asked for over all records, in the order of [`Query::columns`](super::Query::columns);
    /// nothing for rows.
    pub values: Vec<Value>,
    /// The rows, if they were not written to somebody else.
    pub text: Vec<u8>,
    /// What was left over of the last input, if all of it was looked at and its last record is cut short.
    pub cut: Option<Cut>,
    /// What the run has done: records, exits and objects are those of this run, regions and the time for
    /// making them those of all runs so far.
    pub stats: Stats,
}
