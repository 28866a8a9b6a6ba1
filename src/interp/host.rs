//! A call of a function of the host: values become arguments, and a word becomes a value.
//!
//! Here, as everywhere in the interpreter, a view's two words are where it starts in [`Memory`] and its
//! length.

use super::{Memory, Val};
use crate::ir::host::MOST;
use crate::ir::{Host, Type};
use crate::runtime::{Arg, Console, Given};

/// Calls it; gives [`Val::None`] if it has no result, or has panicked ([`Console::has_panicked`]).
pub fn call(host: &Host, args: &[Val], memory: Memory, console: &mut Console) -> Val {
    let mut all = [Arg::Word(0); MOST];
    for (arg, val) in all.iter_mut().zip(args) {
        *arg = match *val {
            Val::View(start, len) => Arg::View(memory.bytes(start, len)),
            Val::Bool(b) => Arg::Word(u64::from(b)),
            Val::I64(i) => Arg::Word(i as u64),
            Val::U64(u) => Arg::Word(u),
            Val::F64(x) => Arg::Word(x.to_bits()),
            other => unreachable!("{other:?} is given to no function of the host"),
        };
    }
    let given = host.call(console, &all[..args.len()]);
    match host.result() {
        Some(ty) if given.status == Given::THERE => Val::read(Type::of(ty.base), &[given.word]),
        _ => Val::None,
    }
}
