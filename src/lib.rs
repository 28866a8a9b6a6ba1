//! A lens onto binary files: a schema, a dump, and a program over its records that runs as native code.
//!
//! Give it C or Cap'n Proto declarations, and expressions or a script in Python's language over the records.
//! The schema is known only at run time, yet the loop over the records becomes machine code made for exactly
//! that layout: straight loads from the mapped file, no objects, no field touched that is not asked for,
//! nothing copied.
//!
//! ```
//! use wirelens::{Input, Query, Schema};
//!
//! let schema = Schema::from_c("poly.h", &std::fs::read_to_string("testdata/poly.h")?)?;
//! let text = "x=sum(t.a.x + t.b.x + t.c.x for t in records) / (3 * len(records)), sum(t.a.y for t in records)";
//! let query = Query::builder(&schema).record("Triangle").aggregate(text).threads(2).build()?;
//!
//! let report = query.run(&Input::open("testdata/poly.bin")?)?;
//! assert_eq!((report.records, report.cut), (1000, None));
//! let x = report.values[0].number().expect("it is one").to_f64();
//! assert!((x - 488.6596848792794).abs() < 1e-9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What there is
//!
//! | to | use |
//! |---|---|
//! | say what the bytes mean | [`Schema`], read from C declarations by [`Schema::from_c`], or from Cap'n Proto's by [`Schema::from_capnp`] |
//! | get at the bytes | [`Input`]: a mapped file, a pipe, or a `&[u8]` |
//! | ask something of the records | a [`Query`]: compiled once, run any number of times, by many threads at once |
//! | compute expressions over all records, with filters | [`Builder::aggregate`], as the command `wirelens eval` does; their [`Value`]s |
//! | print expressions over each record as CSV or JSON | [`Builder::select`], as the command `wirelens select` does |
//! | the same over several inputs as if they were one | [`Pass`] |
//! | the same over many small inputs | [`Session`] |
//! | run a script in Python's language, over records or without | [`Script`], as the command `wirelens run` does |
//! | let programs call functions of yours | [`Hosts`], and [`Builder::hosts`], [`Script::compile_with`] |
//! | read rows as values | [`Reader`], from [`Builder::reader`] |
//! | print whole records as JSON | [`Query`] with [`Builder::documents`], as the command `wirelens cat` does |
//! | show a schema | [`Schema::table`], or for another tool [`Schema::describe`] |
//! | compute a barycenter | [`Barycenter`], which is a query, as the command `wirelens barycenter` does |
//! | see what became of a program | [`Query::dump`] with a [`View`], [`Report::stats`], [`Query::explain`] |
//! | tell a user what is wrong | [`Error`]: its text says where, what and what to do; a program asks for [`Error::kind`], [`Error::record`] … |
//!
//! # The way data flows
//!
//! ```text
//! C declarations ─► Schema ─► accessors (classes and methods in IR) ┐
//! expressions over records, scripts ─► typed, lowered ──────────────┴─► program (IR)
//!                                                                          │
//! mapped input ──────────────────────────────────────────────►  interpreter: counts loops
//!                                                                          │ hot
//!     exits resume the interpreter ◄─ native code ◄─ Cranelift ◄─ passes ◄─ recorder: a region
//! ```
//!
//! An accessor such as `t.a.x` is two calls of tiny programs in the intermediate representation, not a Rust
//! closure. The interpreter runs them as they are written and really makes the object `t.a`. The recorder
//! follows the loop through the calls and writes down a *region*: blocks with joins and loops, not a single
//! path. The passes remove the objects, fold the offsets and merge the checks; Cranelift makes machine code.
//! Where the region does not know what to do, it leaves through an exit that says what the interpreter's
//! frames would hold, and the interpreter goes on.
//!
//! # What holds
//!
//! * **One answer.** Totals have the same bits with native code or without, and for any number of threads.
//! * **Any bytes.** Whatever the input holds, and if it is cut short while it is mapped, a run ends in a
//!   result or an [`Error`], never in a read outside of the input.
//! * **Integers do not wrap.** What does not fit 64 bits is an error that names the record; sums over records
//!   have 128 bits.
//! * **No allocation a record** in native code.
//!
//! # What is not there
//!
//! Other wire formats than packed records and Cap'n Proto, groups and orders of records, bit-fields, unions
//! and pointers in C declarations; 32-bit systems. Nothing is ever written to an input.

#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
// Two modules may lift this, and no other: bytes that are mapped, and code that is made.
#![deny(unsafe_code)]

mod barycenter;
#[allow(unsafe_code)]
mod codegen;
mod dump;
mod engine;
mod error;
mod explain;
mod formats;
mod host;
#[allow(unsafe_code)]
mod input;
mod interp;
mod ir;
mod lang;
mod opt;
mod output;
mod query;
mod record;
mod runtime;
mod scalar;
pub mod schema;
#[cfg(test)]
mod tests;

pub use barycenter::Barycenter;
pub use dump::View;
pub use engine::{Jit, Stage, Stats};
pub use error::{Diagnostic, Error, ErrorKind};
pub use explain::Explanation;
pub use formats::{Cut, Format, Limits};
pub use host::Hosts;
pub use input::{Input, Scratch, standard_output_was_closed};
pub use ir::Effects;
pub use lang::rows::RowFormat;
pub use query::{
    Builder, Ended, Number, Options, Pass, Query, Reader, Report, Row, Rows, Script, Seen, Session, Value,
};
pub use runtime::HostFunction;
pub use schema::{DefaultValue, Endian, Enum, Field, Language, Scalar, Schema, Struct, Type};

/// The examples of the README and of the page about the library are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/library.md")]
struct Pages;
