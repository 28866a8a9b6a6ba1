//! Host functions: how they are made from Rust functions, and called.
//!
//! A [`Host`] is made from an ordinary function or closure; the IR knows its name and its signature:
//!
//! ```text
//! let sin = Host::new("math.sin", Effects::Pure, |_: &mut Console, x: f64| x.sin());
//! let say = Host::new("print.bytes", Effects::Writes, |out: &mut Console, text: &[u8]| out.write(text));
//! ```
//!
//! A function that panics ends the run. The panic is caught here, since it must not unwind through native
//! code, and the [`Console`] gets the message. The call then has no result, so the caller must check
//! [`Console::has_panicked`] before it goes on.
//!
//! Functions write to the [`Console`], which belongs to the caller of the program, who flushes it at the end.
//! The bytes of a view are valid during the call only; those of a mapped file may change during it.
//!
//! There are two entries (`function`): the interpreter's, which passes [`Arg`]s, and the one for native code,
//! which passes machine values to a function compiled for exactly these types ([`Direct`]). On top of the
//! first, [`call`] takes values, whose views are relative to [`Memory`].

use super::function::{Callable, IntoResult, Named, Params};
use super::{Arg, Console, Direct, Function, HostResult, Memory, Val};
use crate::ir::host::MAX_ARGS;
use crate::ir::{Effects, Host, Type};
use std::sync::Arc;

/// The contents of [`Host::code`].
struct Code {
    direct: Direct,
    function: Arc<dyn Callable>,
}

impl Host {
    /// Makes a host function. Its name may contain dots. (`M` is its signature; it is inferred.)
    pub fn new<M: 'static, F: Function<M>>(name: &str, effects: Effects, function: F) -> Host {
        let name: Arc<str> = name.into();
        let function = Arc::new(Named::new(name.clone(), function));
        // The `Arc`'s contents do not move.
        let direct = Direct { code: F::Params::direct::<M, F>(), data: Arc::as_ptr(&function) as usize };
        Host::declare(name, F::Params::types(), F::Gives::TYPE, effects, Arc::new(Code { direct, function }))
    }

    fn made(&self) -> &Code {
        self.code().downcast_ref().expect("it is made above")
    }
    /// Calls the function; the arguments must match its signature.
    pub fn call(&self, console: &mut Console, args: &[Arg]) -> HostResult {
        self.made().function.call(console, args)
    }
    /// How native code calls the function.
    pub fn direct(&self) -> Direct {
        self.made().direct
    }
}

/// Calls a function; returns [`Val::None`] if it has no result or has panicked ([`Console::has_panicked`]).
pub fn call(host: &Host, args: &[Val], memory: Memory, console: &mut Console) -> Val {
    let mut all = [Arg::Word(0); MAX_ARGS];
    for (arg, val) in all.iter_mut().zip(args) {
        *arg = match *val {
            Val::View(start, len) => Arg::View(memory.bytes(start, len)),
            Val::Bool(b) => Arg::Word(u64::from(b)),
            Val::I64(i) => Arg::Word(i as u64),
            Val::U64(u) => Arg::Word(u),
            Val::F64(x) => Arg::Word(x.to_bits()),
            other => unreachable!("{other:?} is no argument of a function of the host"),
        };
    }
    let given = host.call(console, &all[..args.len()]);
    match host.result() {
        Some(ty) if given.status == HostResult::THERE => Val::read(Type::of(ty.base), &[given.word]),
        _ => Val::None,
    }
}
