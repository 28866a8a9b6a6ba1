//! Functions of the host: Rust that a program may call and that no recorder can enter.
//!
//! A [`Host`] is what a program's text needs of one: its name, its signature and its effects. It takes up to
//! [`MAX_ARGS`] arguments, each a `bool`, an `i64`, a `u64`, an `f64` or a view, and gives nothing, or one of
//! the first four, or that or nothing. Views are not given: they would have to lie in the input or in the
//! pool. It does not fail: what can fail gives an optional, and the program looks at that. So an instruction
//! that calls it has no exit.
//!
//! What is behind the name is carried along and not looked at: `runtime` makes it of a Rust function, and
//! calls it.

use super::Type;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The most arguments that a host function takes.
pub const MAX_ARGS: usize = 6;

/// What a call of a host function does besides giving its result.
///
/// Calls that read or write stay in their order, and none is done twice or without need.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effects {
    /// Nothing: the same arguments give the same result. It is called as often as is convenient: once for
    /// several calls, not at all if nobody needs the result, or in front of a loop that would not have come
    /// to it. So it must end soon, and not panic.
    Pure,
    /// Nothing, but the result depends on what may change: a clock, say. Such a call may be left out if
    /// nobody needs the result.
    Reads,
    /// Something outside of the program changes. Such a call is never left out.
    Writes,
}

/// A function of the host. Two of the same name and signature are equal.
#[derive(Clone)]
pub struct Host {
    name: Arc<str>,
    params: Vec<Type>,
    result: Option<Type>,
    effects: Effects,
    code: Arc<dyn Any + Send + Sync>,
}

impl Host {
    /// For `runtime` alone, where `Host::new` is: it answers for it that `code` takes and gives just this.
    pub fn declare(
        name: Arc<str>,
        params: Vec<Type>,
        result: Option<Type>,
        effects: Effects,
        code: Arc<dyn Any + Send + Sync>,
    ) -> Host {
        Host { name, params, result, effects, code }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The types of what it takes.
    pub fn params(&self) -> &[Type] {
        &self.params
    }
    /// The type of what it gives, if it gives something.
    pub fn result(&self) -> Option<Type> {
        self.result
    }
    /// What it does besides.
    pub fn effects(&self) -> Effects {
        self.effects
    }
    /// What is called; `runtime` knows what that is.
    pub fn code(&self) -> &(dyn Any + Send + Sync) {
        &*self.code
    }
}

impl PartialEq for Host {
    fn eq(&self, other: &Host) -> bool {
        let signature = |host: &Host| (host.params.clone(), host.result, host.effects);
        self.name() == other.name() && signature(self) == signature(other)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} -> {:?}, {:?}", self.name(), self.params, self.result, self.effects)
    }
}
