//! Whole records as lines of JSON.
//!
//! They are read through the formats' accessors, as in every query, so there is no second decoder. [`shapes`]
//! lists the accessors of each struct, [`documents`] generates programs that call them, [`walk`] calls them
//! one by one, [`crate::host::json`] formats the values, and [`records()`] chooses between the two.
//!
//! Nothing here filters or computes; [`text`](super::text) determines where records are and where text goes.

mod documents;
mod records;
pub mod shapes;
pub mod walk;

pub use records::records;
