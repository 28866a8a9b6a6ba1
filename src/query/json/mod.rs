//! Records as lines of JSON, whole.
//!
//! They are read through the formats' accessors, as in every query, so there is no second decoder: [`shapes`]
//! says which accessors a struct has, [`documents`] writes programs that call them, [`walk`] calls them one
//! by one, [`crate::host::json`] writes what they give; [`records()`] chooses.
//!
//! Nothing here filters or computes; where records are and where text goes is the affair of
//! [`text`](super::text).

mod documents;
mod records;
pub mod shapes;
pub mod walk;

pub use records::records;
