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
//! kind of query is one of both:
//!
//! | | sink | job |
//! |---|---|---|
//! | aggregates over all records ([`Program`]) | [`totals`] | [`session`]: totals, merged in order |
//! | rows ([`Rows`]) | [`rows`] | [`select`]: text, in order ([`order`]) |
//! | whole records ([`Printer`]) | [`json`] | one thread, chunk by chunk |
//!
//! A script goes over records by itself, with the same cursors; [`script`] runs it.

mod columns;
pub mod json;
mod order;
mod pass;
mod program;
mod rows;
mod run;
pub mod scan;
mod script;
mod select;
mod session;
mod totals;
mod value;

pub use json::{Printed, Printer};
pub use pass::{Pass, Seen};
pub use program::{Options, Outcome, Program, Records};
pub use script::{Ended, Script};
pub use select::{Rows, Selected};
pub use session::Session;
pub use value::{Number, Value};
