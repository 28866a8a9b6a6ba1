//! The interpreter.
pub mod heap;
pub mod value;
pub use heap::Heap;
pub use value::{Val, width};
