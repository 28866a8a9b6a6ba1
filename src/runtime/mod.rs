//! What a running program has and its text has not: a console, the functions of the host, and the words for
//! what it may stop with.

mod console;
mod function;
mod host;
mod raise;
#[cfg(test)]
mod tests;

pub use console::{Console, Sink, Stream};
pub use function::{Arg, Direct, Function, Given, HostFunction, Take, USER};
