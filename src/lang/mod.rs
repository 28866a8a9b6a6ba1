//! The language that users write, a typed subset of Python, and its lowering to IR: scripts and expressions
//! (`script`), aggregate functions over all records (`aggregates`), and the text formats of rows (`rows`).
//!
//! The parser is a library. Every error in a program is reported before the first record is read, with its
//! position and a suggestion. No module below this one knows the language: the result is plain IR functions.

pub mod aggregates;
pub mod rows;
pub mod script;
