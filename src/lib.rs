//! A lens onto binary files: a schema, a dump, and a program over its records that runs as native code.
//!
//! The library takes C or Cap'n Proto declarations, and expressions or a script over the records in a subset
//! of Python. The schema is known only at run time, yet the loop over the records becomes machine code for
//! exactly that layout: plain loads from the mapped file, without objects or copies, of only those fields
//! that are used.
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
//! # Overview
//!
//! | to | use |
//! |---|---|
//! | describe the bytes | [`Schema`], by [`Schema::from_c`] or [`Schema::from_capnp`] |
//! | access the bytes | [`Input`]: a mapped file, a pipe, or a `&[u8]` |
//! | query the records | a [`Query`]: compiled once, run any number of times, by many threads at once |
//! | compute expressions over all records, with filters | [`Builder::aggregate`], as the command `wirelens eval` does; their [`Value`]s |
//! | print expressions over each record as CSV or JSON | [`Builder::select`], as the command `wirelens select` does |
//! | query several inputs as if they were one | [`Pass`] |
//! | query many small inputs | [`Session`] |
//! | run a script in Python's language, over records or without | [`Script`], as the command `wirelens run` does |
//! | let programs call your functions | [`Hosts`], and [`Builder::hosts`], [`Script::compile_with`] |
//! | read rows as values | [`Reader`], from [`Builder::reader`] |
//! | print whole records as JSON | [`Query`] with [`Builder::documents`], as the command `wirelens cat` does |
//! | show a schema | [`Schema::table`], or for another tool [`Schema::describe`] |
//! | compute a barycenter | [`Barycenter`], which is a query, as the command `wirelens barycenter` does |
//! | inspect compilation | [`Query::dump`] with a [`View`], [`Report::stats`], [`Query::explain`] |
//! | report errors | [`Error`]: place, cause and remedy as text; for programs [`Error::kind`] … |
//!
//! # Data flow
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
//! An accessor such as `t.a.x` is two calls of tiny functions in the intermediate representation, not a Rust
//! closure. The interpreter runs them as they are and allocates the object `t.a`. The recorder follows the
//! loop through the calls and produces a *region*: basic blocks with joins and loops, not a single path. The
//! passes remove the objects, fold the offsets and merge the checks; Cranelift generates machine code. For
//! cases that it does not cover, the region has exits. An exit describes the interpreter's frames at that
//! point, and the interpreter resumes there.
//!
//! # Guarantees
//!
//! * **Determinism.** Totals are bit-identical with native code or without, and for any number of threads.
//! * **Arbitrary bytes.** Whatever the input contains, and even if the file is truncated while it is mapped,
//!   a run ends with a result or an [`Error`], and never reads outside the input.
//! * **Integers do not wrap.** A result that does not fit in 64 bits is an error that names the record; sums
//!   over records have 128 bits.
//! * **No allocation per record** in native code.
//!
//! # Limitations
//!
//! The only wire formats are packed records and Cap'n Proto. There is no grouping or ordering of records. C
//! declarations must not have bit-fields, unions or pointers. 32-bit systems are not supported. Inputs are
//! never written to.

#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
// Only two modules may lift this: those for mapped bytes and for generated code.
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
    Builder, Ended, Number, Options, Outcome, Pass, Query, Reader, Report, Row, Rows, Script, Seen, Session,
    Value,
};
pub use runtime::HostFunction;
pub use schema::{DefaultValue, Endian, Enum, Field, Language, Scalar, Schema, Struct, Type};

/// The examples of the README and of the page about the library are tested, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/library.md")]
struct Pages;
