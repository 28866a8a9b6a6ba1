//! Turns a region into native code, and runs it.
//!
//! One pass over the region's blocks writes Cranelift IR (`lower`: blocks, ways between them, exits; `ops`: what
//! one instruction becomes; `ints`: integers and how they overflow; `bytes`: bounds and loads; `words`: what values are
//! made of), Cranelift makes code of it without optimizing, and `module` keeps the code for as long as its [`Native`]
//! lives. `enter` is the border: entering the code, and what the code calls when it needs the heap.
//!
//! Values cross the border as the 64-bit words of `interp::value`. Inside, a view is an *address* and a length, so that a load
//! is one machine instruction; the address becomes an offset again where it leaves. An optional is a flag and a value.
//!
//! What this deliberately does not do: optimize. What is to be removed, hoisted or merged has been by our own passes; what
//! is left to do here is choosing instructions (addresses folded into loads, one compare for a bounds check where one
//! is enough). Nor does it raise errors: a check that fails leaves through its exit, with what the exit needs.
//!
//! **Trust.** A checked instruction without an exit is emitted without a check: whoever takes an exit away has
//! proven that the instruction cannot fail. That proof, made in `opt`, is what memory safety rests on here.

mod bytes;
mod enter;
mod ints;
mod lower;
mod module;
mod ops;
#[cfg(test)]
mod tests;
mod words;

use crate::ir::{BlockId, Body, Exit, ExitId, FuncId, Program, Region, Root, Term, Type, Value};
use module::Code;

/// What to keep for people to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Want {
    /// The Cranelift IR.
    pub clif: bool,
    /// The machine code, as Cranelift prints it.
    pub asm: bool,
}

/// What an exit leaves in the words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leaves {
    /// Each distinct region value in the exit's slots, in the order of [`crate::ir::Exit::each_slot`], with its type and its
    /// first word. Constants are not among them.
    pub layout: Vec<(Value, Type, usize)>,
}

/// The native code of one region. Its memory is freed with it.
#[derive(Debug)]
pub struct Native {
    /// What each exit leaves in the words, by [`ExitId`].
    pub exits: Vec<Leaves>,
    /// How many words [`Native::run`] needs.
    pub words_needed: usize,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// Conditional jumps to exits.
    pub guards: usize,
    /// The Cranelift IR, if it was wanted.
    pub clif: Option<String>,
    /// The machine code as text, if it was wanted.
    pub asm: Option<String>,
    /// The words of the inputs that are views: each one's start, then its length.
    views: Vec<usize>,
    /// How many cells the program has.
    cells: usize,
    /// Types of the fields of the classes that the code names.
    classes: Vec<enter::Layout>,
    code: Code,
}

/// Compiles a region of the program.
pub fn compile(program: &Program, region: &Region, want: Want) -> Result<Native, String> {
    module::compile(program, region, want)
}

/// Makes what the first compilation needs, by compiling next to nothing: worth it on a thread that has nothing else to do, while another
/// one comes to have something to compile.
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
    drop(compile(&Program::default(), &region, Want::default()));
}

/// The exit's number as the code returns it.
fn exit_code(exit: ExitId) -> i64 {
    i64::from(exit.0)
}
