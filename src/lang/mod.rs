//! What users write: scripts and expressions in a typed subset of Python, lowered to IR; and the functions of
//! all records that these may call (`aggregates`), and how rows of their values are written (`rows`).
//!
//! The parser is a library's. Everything wrong is reported before the first record is read, with its place
//! and a suggestion. Below this module nothing is known of the language: it leaves only functions of the IR.

pub mod aggregates;
pub mod rows;
pub mod script;
