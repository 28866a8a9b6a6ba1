//! Compiles a region to native code, and runs it.
//!
//! One pass over the region's blocks emits Cranelift IR (`region`: blocks, edges, exits; `lower`: the state
//! of that pass and its common operations; `ops`: single instructions; `ints`: integers and overflow checks;
//! `bytes`: bounds checks and loads; `words`: the representation of values; `instrument`: counters).
//! Cranelift compiles it without optimizing, and `module` keeps the code as long as its [`Native`] lives.
//! `enter` is the interface to native code: entering it with a `context`, and the functions it calls for heap
//! operations; `left` describes how it returns. `calls` is how native code calls native code, through a
//! [`Table`] (`table`) of the current code of a program's functions. `watch` is for people who read code;
//! `deopt_stress` is for tests: code that takes exits whose checks hold.
//!
//! Values cross the interface as the 64-bit words of `runtime::value`. In native code, a view is an *address*
//! and a length, so that a load is one machine instruction; exits convert the address back to an offset. An
//! optional is a flag and a value.
//!
//! Deliberately, there is no optimization here: removing, hoisting and merging is done in `opt`; this module
//! only selects instructions (addresses folded into loads, a single compare for a bounds check if that
//! suffices). It does not raise errors either: a failed check leaves through its exit, which restores the
//! state.
//!
//! **Trust.** A checked instruction without an exit is emitted without a check: the pass that removed the
//! exit has proven that the instruction cannot fail. Memory safety here depends on these proofs of `opt`.

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

pub use left::{ExitCode, ExitLayout};
pub use module::compile;
pub use native::{NATIVE_FRAMES, Native, Want, callees, stack};
pub use table::Table;
pub use watch::Spot;

use crate::ir::{BlockId, Body, Exit, ExitId, FuncId, Program, Region, Root, Term};

/// Initializes what the first compilation needs, by compiling a trivial region: worthwhile on an idle thread
/// while another one is not ready to compile yet.
pub fn warm_up() {
    let mut region = Region {
        root: Root { func: FuncId(0), block: BlockId(0) },
        inputs: vec![],
        body: Body::default(),
        exits: vec![Exit::default()],
    };
    let block = region.body.block();
    region.body[block].term = Term::Exit(ExitId(0));
    // It fails only if the machine is not supported, which the real compilation will report.
    let program = Program::default();
    drop(compile(&program, &Table::new(&program), &region, 0, Want::default()));
}

/// Runs [`warm_up`] once per process, on a detached thread; does nothing if there is only one core.
pub fn warm_up_aside() {
    static DONE: std::sync::Once = std::sync::Once::new();
    DONE.call_once(|| {
        if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
            // If the thread cannot be spawned, the first compilation takes longer.
            drop(std::thread::Builder::new().spawn(warm_up));
        }
    });
}
