//! Functions of the host: how one is made of Rust, and called.
//!
//! A [`Host`] is made of an ordinary function or closure; its name and its signature are what the IR knows of
//! it:
//!
//! ```text
//! let sin = Host::new("math.sin", Effects::Pure, |_: &mut Console, x: f64| x.sin());
//! let say = Host::new("print.bytes", Effects::Writes, |out: &mut Console, text: &[u8]| out.write(text));
//! ```
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
//! which passes machine values to a function made for just these types ([`Direct`]). On top of the first,
//! [`call`] takes values, whose views start where [`Memory`] says.

use super::function::{Callable, Give, Named, Params};
use super::{Arg, Console, Direct, Function, Given, Memory, Val};
use crate::ir::host::MAX_ARGS;
use crate::ir::{Effects, Host, Type};
use std::sync::Arc;

/// What [`Host::code`] is.
struct Code {
    direct: Direct,
    function: Arc<dyn Callable>,
}

impl Host {
    /// A function under a name, which may have dots in it. (`M` is its signature; it is inferred.)
    pub fn new<M: 'static, F: Function<M>>(name: &str, effects: Effects, function: F) -> Host {
        let name: Arc<str> = name.into();
        let function = Arc::new(Named::new(name.clone(), function));
        // What the `Arc` owns stays where it is.
        let direct = Direct { code: F::Params::direct::<M, F>(), data: Arc::as_ptr(&function) as usize };
        Host::declare(name, F::Params::types(), F::Gives::TYPE, effects, Arc::new(Code { direct, function }))
    }

    fn made(&self) -> &Code {
        self.code().downcast_ref().expect("it is made above")
    }
    /// Calls it, with as many arguments as it takes, of their types.
    pub fn call(&self, console: &mut Console, args: &[Arg]) -> Given {
        self.made().function.call(console, args)
    }
    /// How native code calls it.
    pub fn direct(&self) -> Direct {
        self.made().direct
    }
}

/// Calls it; gives [`Val::None`] if it has no result, or has panicked ([`Console::has_panicked`]).
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
        Some(ty) if given.status == Given::THERE => Val::read(Type::of(ty.base), &[given.word]),
        _ => Val::None,
    }
}
