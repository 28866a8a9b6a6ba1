//! The state of a running program (values, memory, heap, console) and host functions.
//!
//! A [`Val`] is one value, which can be encoded as 64-bit words. Views point into [`Memory`]. Objects are in
//! the [`Heap`], which also has the program's cells and its [`Console`]: all state that a program can change.
//! [`host`] makes a [`Host`](crate::ir::Host) from a Rust function, and calls it. `raise` has the messages of
//! runtime errors.
//!
//! The interpreter, native code and host functions share these types. The module does not know what
//! instructions mean, does no input or output, and raises no errors.

mod console;
mod function;
mod heap;
pub mod host;
mod memory;
mod raise;
#[cfg(test)]
mod tests;
mod value;

pub use console::{Console, Stream};
pub use function::{Arg, Direct, Function, HostFunction, HostResult, Param, USER};
pub use heap::{CHUNK, Heap};
pub use memory::{Memory, POOL};
pub use value::{Val, width};
