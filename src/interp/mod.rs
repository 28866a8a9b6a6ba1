//! The interpreter: the semantics of the IR, written to be read.
//!
//! [`eval()`] says what each pure instruction means; [`Machine`] adds calls, objects and control flow, and
//! counts ([`Profile`]) what the recorder will want to know; [`region::run`] does the same for recorded
//! regions, which only tests need. Objects are really allocated, and memory stays bounded.
//!
//! It is the only part that raises errors: native code that cannot go on comes back here.
//! It does no input or output and starts nothing by itself.

mod code;
pub mod eval;
pub mod find;
pub mod machine;
pub mod profile;
#[cfg(test)]
pub mod region;

pub use eval::eval;
pub use find::{find, find_by, pair};
pub use machine::{DEEPEST, Event, Fault, Machine};
pub use profile::Profile;
