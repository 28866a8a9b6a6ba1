//! A schema, as a person or another tool gets to see it: as a table ([`table`]) or as JSON ([`describe`]).
//!
//! Not here: records ([`query::json`](crate::query::json)).

mod defaults;
mod describe;
mod table;
mod types;
