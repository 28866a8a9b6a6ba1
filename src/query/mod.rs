//! Queries: computations over the records of an input, and their output.
//!
//! ```text
//! format (accessors, cursor, chunks)  ×  scan  ×  sink                    run
//!                                        ────     ────                    ───
//!                                        loop     totals  (aggregates)    chunks, threads, first error,
//!                                                 rows    (CSV, JSON)     order of what is printed
//!                                                 json    (documents)
//! ```
//!
//! [`scan`] generates the loop over records as IR; a [`scan::Sink`] generates the processing of each record.
//! [`run`] drives the function over chunks and threads; a [`run::Job`] processes the results of the chunks.
//! Each kind of query consists of one of both. [`Query`] is the interface of all kinds:
//!
//! | | sink | job |
//! |---|---|---|
//! | values over all records ([`values`]) | [`totals`] | [`session`]: totals, merged in order |
//! | rows of columns ([`rows`]) | rows | [`text`]: in order ([`order`]) |
//! | whole records ([`json`]) | rows | [`text`]: in order |
//! | rows as values ([`reader`]) | rows | none: an iterator reads them |
//!
//! A script has its own loops over records, with the same cursors; [`script`] runs it.

mod builder;
pub mod columns;
#[cfg(feature = "serde")]
mod deserialize;
pub mod json;
pub mod order;
mod pass;
mod reader;
mod report;
mod row;
pub mod rows;
pub mod run;
pub mod scan;
mod script;
pub mod session;
pub mod text;
pub mod totals;
mod value;
pub mod values;

pub use builder::{Builder, Query};
pub use pass::Pass;
pub use reader::{Reader, Rows};
pub use report::{Options, Records, Report, Seen};
pub use row::Row;
pub use script::{Ended, Script};
pub use session::Session;
pub use value::{Number, Value};
pub use values::Outcome;
