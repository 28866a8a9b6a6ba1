//! Queries: what is made of the records of an input, and how it leaves.
//!
//! ```text
//! format (accessors, cursor, chunks)  ×  scan  ×  sink                    run
//!                                        ────     ────                    ───
//!                                        loop     totals  (aggregates)    chunks, threads, first error,
//!                                                 rows    (CSV, JSON)     order of what is printed
//!                                                 json    (documents)
//! ```
//!
//! [`scan`] writes the loop over records, as IR; a [`scan::Sink`] says what becomes of each of them. [`run`]
//! drives the function over chunks, on threads; a [`run::Job`] says what becomes of what a chunk gives. Each
//! kind of query is one of both, and [`Query`] is what users see of all:
//!
//! | | sink | job |
//! |---|---|---|
//! | values over all records ([`values`]) | [`totals`] | [`session`]: totals, merged in order |
//! | rows of columns ([`rows`]) | rows | [`text`]: in order ([`order`]) |
//! | whole records ([`json`]) | rows | [`text`]: in order |
//! | rows as values ([`reader`]) | rows | none: an iterator reads them |
//!
//! A script goes over records by itself, with the same cursors; [`script`] runs it.

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

pub use builder::{Builder, Query, Session};
pub use pass::Pass;
pub use reader::{Reader, Rows};
pub use report::{Options, Records, Report, Seen};
pub use row::Row;
pub use script::{Ended, Script};
pub use value::{Number, Value};
