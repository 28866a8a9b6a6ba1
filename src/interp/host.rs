//! A call of a function of the host: values become words, and a word becomes a value.
//!
//! Here, as everywhere in the interpreter, a view's two words are where it starts in [`Memory`] and its length.

use super::{Memory, Val, width};
use crate::ir::Host;
use crate::ir::host::{Args, Console, WORDS};

/// Calls it; gives [`Val::None`] if it has no result.
pub fn call(host: &Host, args: &[Val], memory: Memory, console: &mut Console) -> Val {
    let mut words = [0; WORDS];
    let mut at = 0;
    for (arg, ty) in args.iter().zip(host.params()) {
        arg.write(*ty, &mut words[at..at + width(*ty)]);
        at += width(*ty);
    }
    let bytes = |start, len| memory.bytes(start, len);
    let (there, word) = host.call(console, &Args { words: &words, bytes: &bytes });
    match host.result() {
        Some(ty) if ty.optional => Val::read(ty, &[u64::from(there), word]),
        Some(ty) => Val::read(ty, &[word]),
        None => Val::None,
    }
}
