//! Wirelens: a lens onto binary files.

pub mod codegen;
mod error;
pub mod interp;
pub mod ir;
pub mod schema;

pub use error::{Diagnostic, Error};
pub use schema::{Endian, Enum, Field, Scalar, Schema, Struct, Type};
