//! Output of schemas: as a table for people ([`table`]) or as JSON for other tools ([`describe`]).
//!
//! Records are printed by [`query::json`](crate::query::json).

mod defaults;
mod describe;
mod table;
mod types;
