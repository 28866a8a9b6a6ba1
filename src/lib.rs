//! Wirelens: a lens onto binary files.

mod barycenter;
mod codegen;
mod dump;
mod engine;
mod error;
mod formats;
mod input;
mod interp;
mod ir;
mod lang;
mod opt;
mod program;
mod record;
mod schema;
#[cfg(test)]
mod tests;

pub use barycenter::Barycenter;
pub use dump::View;
pub use engine::{Jit, Stage, Stats};
pub use error::{Diagnostic, Error};
pub use input::{Input, Scratch};
pub use program::{Cut, Number, Options, Outcome, Program, Session};
pub use schema::{Endian, Enum, Field, Scalar, Schema, Struct, Type};
