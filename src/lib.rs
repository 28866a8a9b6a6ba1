//! Wirelens: a lens onto binary files.

mod error;
pub mod formats;
pub mod interp;
pub mod ir;
pub mod lang;
pub mod schema;

pub use error::{Diagnostic, Error};
pub use schema::{Endian, Enum, Field, Scalar, Schema, Struct, Type};
