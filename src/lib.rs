//! Wirelens: a lens onto binary files.

mod error;
mod input;
pub mod schema;

pub use error::{Diagnostic, Error};
pub use input::{Input, Scratch};
pub use schema::{Endian, Enum, Field, Scalar, Schema, Struct, Type};
