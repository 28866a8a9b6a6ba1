//! What a person or another tool gets to see: records as lines of JSON, a schema as a table.
//!
//! [`Printer`] prints the records of an input. It reads them through the formats' accessors, as every program
//! does, so there is no second decoder: [`shapes`] says which accessors a struct has, [`documents`] writes
//! programs that call them, [`walk`] calls them one by one, [`crate::host::json`] writes what they give;
//! [`run`] knows where records are. [`table`] and [`describe`] print a schema, for people and as JSON.
//!
//! Nothing here filters, computes or opens files; what is printed goes to a writer that the caller has.

mod defaults;
mod describe;
mod documents;
mod lines;
mod records;
mod run;
mod shapes;
mod table;
mod types;
mod walk;

pub use records::{Printed, Printer};
