//! What a running program has: values, memory, a heap, a console, and the functions of the host.
//!
//! A [`Val`] is one value, or the 64-bit words that it takes. Views point into [`Memory`], objects lie in the
//! [`Heap`], which has the program's cells and its [`Console`] besides: all that a program can change.
//! [`host`] makes a [`Host`](crate::ir::Host) of a Rust function, and calls it. `raise` has the words for
//! what a program may stop with.
//!
//! The interpreter, native code and the host's functions share it. It does not know what an instruction
//! means, does no input or output, and raises nothing.

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
pub use function::{Arg, Direct, Function, Given, HostFunction, Take, USER};
pub use heap::{CHUNK, Heap};
pub use memory::{Memory, POOL};
pub use value::{Val, width};
