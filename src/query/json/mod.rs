//! Records as lines of JSON, whole.
//!
//! [`Printer`] prints the records of an input. It reads them through the formats' accessors, as every query
//! does, so there is no second decoder: [`shapes`] says which accessors a struct has, [`documents`] writes
//! programs that call them, [`walk`] calls them one by one, [`crate::host::json`] writes what they give;
//! [`run`] knows where records are.
//!
//! Nothing here filters, computes or opens files; what is printed goes to a writer that the caller has.

mod documents;
mod lines;
mod printer;
mod run;
pub mod shapes;
pub mod walk;

pub use printer::Printer;
pub use run::Printed;
