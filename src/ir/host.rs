//! Host functions: Rust that a program may call and that the recorder cannot inline.
//!
//! A [`Host`] is what the IR knows of one: its name, its signature and its effects. It takes up to
//! [`MAX_ARGS`] arguments, each a `bool`, an `i64`, a `u64`, an `f64` or a view, and returns nothing, a value
//! of one of the first four types, or an optional of one. It never returns a view, which would have to be
//! part of the input or of the pool. It does not fail: an operation that can fail returns an optional, which
//! the program tests. So an instruction that calls it has no exit.
//!
//! The code behind the name is opaque here: `runtime` makes it from a Rust function, and calls it.

use super::Type;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The maximum number of arguments of a host function.
pub const MAX_ARGS: usize = 6;

/// The side effects of a host function.
///
/// Calls that read or write keep their order, and none is duplicated or made speculatively.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effects {
    /// None: the same arguments give the same result. The optimizer may merge calls, remove calls whose
    /// result is unused, and hoist calls out of loops that may not reach them. So the function must be fast,
    /// and must not panic.
    Pure,
    /// None, but the result depends on state that may change, such as a clock. A call may be removed if its
    /// result is unused.
    Reads,
    /// It changes something outside of the program. A call is never removed.
    Writes,
}

/// A host function. Two of the same name and signature are equal.
#[derive(Clone)]
pub struct Host {
    name: Arc<str>,
    params: Vec<Type>,
    result: Option<Type>,
    effects: Effects,
    code: Arc<dyn Any + Send + Sync>,
}

impl Host {
    /// For `runtime` alone, where `Host::new` is, which guarantees that `code` has this signature.
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
    /// The types of its parameters.
    pub fn params(&self) -> &[Type] {
        &self.params
    }
    /// The type of its result, if it has one.
    pub fn result(&self) -> Option<Type> {
        self.result
    }
    /// Its side effects.
    pub fn effects(&self) -> Effects {
        self.effects
    }
    /// Its code, which `runtime` can interpret.
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
