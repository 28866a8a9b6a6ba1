//! Options common to all queries and scripts, and the results of queries.

use super::value::Value;
use crate::engine::{Jit, Stats};
use crate::formats::{Cut, Format, Limits};

/// How to run a query or a script.
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
    /// The maximum number of threads, at least 1. A short input uses fewer.
    pub threads: usize,
    /// The encoding of the input, one of those of the schema's language; by default it is guessed
    /// ([`Format::guess`]).
    pub format: Option<Format>,
}

impl Default for Options {
    fn default() -> Options {
        Options { jit: Jit::On, threads: 1, format: None }
    }
}

/// The records that a program is over.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// The struct of a record, or of the root of a message.
    pub name: &'a str,
    /// For messages: the path from the root to a list whose elements are the records.
    pub each: Option<&'a str>,
    /// Limits for reading messages.
    pub limits: Limits,
}

/// What a [`Pass`](super::Pass) found in an input.
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
    /// The number of whole records that were processed. With a limit, several threads may process records
    /// past the last row.
    pub records: u64,
    /// The number of records that were skipped before them.
    pub skipped: u64,
    /// The number of rows written.
    pub rows: u64,
    /// The incomplete last record, if everything was processed and the input is truncated.
    pub cut: Option<Cut>,
}

/// The result of a query.
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
    /// The number of whole records that were processed. With a limit, several threads may process records
    /// past the last row.
    pub records: u64,
    /// The number of rows written.
    pub rows: u64,
    /// The values over all records, in the order of [`Query::columns`](super::Query::columns); empty for
    /// rows.
    pub values: Vec<Value>,
    /// The rows, if they were not written to a writer.
    pub text: Vec<u8>,
    /// The incomplete last record of the last input, if everything was processed and the input is truncated.
    pub cut: Option<Cut>,
    /// Counters: records, exits and objects are those of this run, regions and the time to make them those of
    /// all runs so far.
    pub stats: Stats,
}
