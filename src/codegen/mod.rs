//! DeoptStress a region into native code, and runs it.
//!
//! One pass over the region's blocks writes Cranelift IR (`region`: blocks, ways between them, exits;
//! `lower`: the state of that pass, and what all that is written needs; `ops`: what one instruction becomes;
//! `ints`: integers and how they overflow; `bytes`: bounds and loads; `words`: what values are made of;
//! `instrument`: what is counted besides). Cranelift makes code of it without optimizing, and `module` keeps
//! the code for as long as its [`Native`] lives. `enter` is the border: entering the code, with a `context`,
//! and what the code calls when it needs the heap; `left` says how it comes back. `calls` is how native code
//! calls native code, through a [`Table`] (`table`) of what the functions of a program have come to. `watch`
//! is for people who look at code, `turns` for tests: code that leaves without need.
//!
//! Values cross the border as the 64-bit words of `runtime::value`. Inside, a view is an *address* and a
//! length, so that a load is one machine instruction; the address becomes an offset again where it leaves. An
//! optional is a flag and a value.
//!
//! What this deliberately does not do: optimize. What is to be removed, hoisted or merged has been by our own
//! passes; what is left to do here is choosing instructions (addresses folded into loads, one compare for a
//! bounds check where one is enough). Nor does it raise errors: a check that fails leaves through its exit,
//! with what the exit needs.
//!
//! **Trust.** A checked instruction without an exit is emitted without a check: whoever takes an exit away
//! has proven that the instruction cannot fail. That proof, made in `opt`, is what memory safety rests on
//! here.

mod bytes;
mod calls;
mod context;
mod deopt_stress;
mod enter;
mod instrument;
mod ints;
mod left;
mod lower;
mod module;
mod native;
mod ops;
mod region;
mod table;
#[cfg(test)]
mod tests;
mod watch;
mod words;

pub use left::{Leaves, Left};
pub use module::compile;
pub use native::{NATIVE_FRAMES, Native, Want, callees, stack};
pub use table::Table;
pub use watch::Spot;

use crate::ir::{BlockId, Body, Exit, ExitId, FuncId, Program, Region, Root, Term};

/// Makes what the first compilation needs, by compiling next to nothing: worth it on a thread that has
/// nothing else to do, while another one comes to have something to compile.
pub fn warm_up() {
    let mut region = Region {
        root: Root { func: FuncId(0), block: BlockId(0) },
        inputs: vec![],
        body: Body::default(),
        exits: vec![Exit::default()],
    };
    let block = region.body.block();
    region.body[block].term = Term::Exit(ExitId(0));
    // It only fails if the machine is not supported, which the real compilation will say.
    let program = Program::default();
    drop(compile(&program, &Table::new(&program), &region, 0, Want::default()));
}

/// The same, once for a process, on a thread of its own that nobody waits for; nowhere if there is no core
/// for it.
pub fn warm_up_aside() {
    static DONE: std::sync::Once = std::sync::Once::new();
    DONE.call_once(|| {
        if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
            // Without it the first compilation takes longer.
            drop(std::thread::Builder::new().spawn(warm_up));
        }
    });
}
