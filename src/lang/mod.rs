//! What users write: expressions over records, in the syntax of Python, typed and lowered to IR.
//!
//! The parser is a library's. Everything wrong is told before the first record is read, with its place
//! and a suggestion. Below this module nothing is known of the language: it leaves only functions of the IR.

mod expr;
pub mod rows;
pub mod script;
pub mod totals;

pub use expr::{expression, part};
