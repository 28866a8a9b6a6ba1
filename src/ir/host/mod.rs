//! Functions of the host: Rust that a program may call and that no recorder can enter.
//!
//! A [`Host`] is made of an ordinary function or closure; its name and its signature are what the IR knows of
//! it:
//!
//! ```text
//! let sin = Host::new("math.sin", Effects::Pure, |_: &mut Console, x: f64| x.sin());
//! let say = Host::new("print.bytes", Effects::Writes, |out: &mut Console, text: &[u8]| out.write(text));
//! ```
//!
//! It takes up to six arguments, each a `bool`, an `i64`, a `u64`, an `f64` or a view (`&[u8]`), and gives
//! nothing, or one of the first four, or that or nothing (`Option`). Views are not given: they would have to
//! lie in the input or in the pool. It does not fail: what can fail gives an `Option`, and the program looks
//! at that. So an instruction that calls it has no exit.
//!
//! A function that panics ends the run: the panic is caught here, since it must not unwind through native
//! code, and the [`Console`] has the message. What was called for is not given then, so whoever calls looks
//! for [`Console::has_panicked`] before going on.
//!
//! What it writes goes to the [`Console`], which belongs to whoever runs the program, and is flushed by them
//! at the end. Bytes of a view are good for the call alone; those of a mapped file may change while they are
//! looked at.
//!
//! There are two entries (`function`): the interpreter's, which passes [`Arg`]s, and that of native code,
//! which passes machine values to a function made for just these types ([`Direct`]).

mod console;
mod function;
#[cfg(test)]
mod tests;

pub use console::{Console, Sink, Stream};
pub use function::{Arg, Direct, Function, Given, HostFunction, MOST, Take, USER};

use super::Type;
use function::{Callable, Give, Named, Params};
use std::fmt;
use std::sync::Arc;

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
    params: Vec<Type>,
    result: Option<Type>,
    effects: Effects,
    direct: Direct,
    code: Arc<dyn Callable>,
}

impl Host {
    /// A function under a name, which may have dots in it. (`M` is its signature; it is inferred.)
    pub fn new<M: 'static, F: Function<M>>(name: &str, effects: Effects, function: F) -> Host {
        let code = Arc::new(Named::new(name, function));
        // What the `Arc` owns stays where it is.
        let direct = Direct { code: F::Params::direct::<M, F>(), data: Arc::as_ptr(&code) as usize };
        Host { params: F::Params::types(), result: F::Gives::TYPE, effects, direct, code }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.code.name()
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
    /// Calls it, with as many arguments as it takes, of their types.
    pub fn call(&self, console: &mut Console, args: &[Arg]) -> Given {
        self.code.call(console, args)
    }
    /// How native code calls it.
    pub fn direct(&self) -> Direct {
        self.direct
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
