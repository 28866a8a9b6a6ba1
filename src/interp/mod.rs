//! The interpreter: it defines the semantics of the IR.
//!
//! [`meaning`](eval::meaning) and [`eval()`] define the pure operations. [`code`] translates functions to
//! register code, which [`Machine`] runs: calls, objects and control flow. It counts ([`Profile`]) for the
//! recorder. [`region::run`] interprets recorded regions, for tests. Objects are really allocated, and memory
//! stays bounded.
//!
//! Only the interpreter raises errors: where native code cannot continue, it exits to the interpreter.
//! This module does no input or output, and starts nothing by itself.

mod code;
pub mod eval;
pub mod find;
pub mod machine;
pub mod profile;
#[cfg(test)]
pub mod region;

pub use eval::eval;
pub use find::{find, find_by, pair};
pub use machine::{DEEPEST, Event, Fault, Machine};
pub use profile::Profile;
