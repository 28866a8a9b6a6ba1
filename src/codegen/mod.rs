//! Turns a region into native code, and runs it.
//!
//! One pass over the region's blocks writes Cranelift IR (`lower`: blocks, ways between them, exits; `ops`:
//! what one instruction becomes; `ints`: integers and how they overflow; `bytes`: bounds and loads; `words`:
//! what values are made of), Cranelift makes code of it without optimizing, and `module` keeps the code for
//! as long as its [`Native`] lives. `enter` is the border: entering the code, and what the code calls when it
//! needs the heap. `calls` is how native code calls native code, through a [`Table`] (`table`) of what the
//! functions of a program have come to. `turns` is for tests: code that leaves without need.
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
mod enter;
mod ints;
mod lower;
mod module;
mod ops;
mod table;
#[cfg(test)]
mod tests;
mod turns;
mod watch;
mod words;

pub use enter::Left;
pub use module::compile;
pub use table::Table;
pub use watch::{Asm, Counts, Spot};

use crate::ir::{BlockId, Body, Exit, ExitId, FuncId, Program, Region, Root, Term, Type, Value};
use module::Code;
use turns::Turns;

/// What is wanted besides code that can be run: what to keep, and to count, for people to read, or to have it
/// tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Want {
    /// The Cranelift IR.
    pub clif: bool,
    /// The machine code, as Cranelift prints it, and what it comes from.
    pub asm: bool,
    /// How often each way is taken: by code that counts it.
    pub counts: bool,
    /// That it leaves at each check in turn: see [`Turns`].
    pub turns: bool,
}

/// What native code leaves in the words when it leaves.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leaves {
    /// Each distinct region value in the exit's slots, in the order of [`crate::ir::Exit::each_slot`], with
    /// its type and its first word. Constants are not among them.
    pub layout: Vec<(Value, Type, usize)>,
    /// Inside a native call: the word that says where the callee was left, to be read with [`Left::read`].
    /// The callee's own words begin behind this region's.
    pub callee: Option<usize>,
}

/// The native code of one region. Its memory is freed with it.
#[derive(Debug)]
pub struct Native {
    /// What is left in the words in each of [`Region::states`], by [`ExitId`].
    pub exits: Vec<Leaves>,
    /// How many words are its own.
    pub words_needed: usize,
    /// Whether it calls native code: then [`Native::run`] needs the words of [`callees`] more.
    pub calls: bool,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// Conditional jumps to exits.
    pub guards: usize,
    /// If it leaves at each check in turn: how far that has come.
    pub turns: Option<Turns>,
    /// The Cranelift IR, if it was wanted.
    pub clif: Option<String>,
    /// The machine code as text, if it was wanted.
    pub asm: Option<Asm>,
    /// How often each way was taken, if that was wanted.
    pub counts: Option<Counts>,
    /// The words of the inputs that are views: each one's start, then its length.
    views: Vec<usize>,
    /// How many cells the program has.
    cells: usize,
    /// Which table it was compiled for.
    table: u64,
    /// Where it starts.
    root: Root,
    /// The types of what it takes.
    takes: Vec<Type>,
    /// Bytes of the machine's stack that it takes.
    frame: usize,
    code: Code,
}

/// So many frames of the program may nest in native code on any thread, since native calls take a MiB of
/// stack then: half of what a thread has at least. What is deeper goes through the interpreter.
pub const NATIVE_FRAMES: usize = 512;
/// A function of whose native code more words are needed, or more bytes of the machine's stack, is not called
/// natively.
const CALLEE_WORDS: usize = 256;
const CALLEE_STACK: usize = 2048;

/// Words for all native code that may be called by what is run with room for so many frames.
pub const fn callees(frames: usize) -> usize {
    frames * CALLEE_WORDS
}

/// Bytes of the machine's stack that native code with room for so many frames takes at most: a native frame
/// stands for one of the program at least, that of what was entered is counted by its size
/// ([`Native::room`]), and what it calls here is not much. Not among them is what functions of the host take.
pub const fn stack(frames: usize) -> usize {
    (frames + 16) * CALLEE_STACK
}

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
