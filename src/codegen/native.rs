//! The native code of one region, what is known of it, and how much of the machine it may take.
//!
//! Not here: making it ([`super::module`]) and running it ([`super::enter`]).

use super::context::Entry;
use super::deopt_stress::DeoptStress;
use super::left::Leaves;
use super::watch::{Asm, Counts};
use crate::ir::{Root, Type};
use cranelift_jit::JITModule;
use std::sync::Mutex;

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
    /// That it leaves at each check in turn: see [`DeoptStress`].
    pub stress: bool,
}

/// The native code of one region. Its memory is freed with it.
#[derive(Debug)]
pub struct Native {
    /// What is left in the words in each of [`Region::states`](crate::ir::Region::states),
    /// by [`ExitId`](crate::ir::ExitId).
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
    pub stress: Option<DeoptStress>,
    /// The Cranelift IR, if it was wanted.
    pub clif: Option<String>,
    /// The machine code as text, if it was wanted.
    pub asm: Option<Asm>,
    /// How often each way was taken, if that was wanted.
    pub counts: Option<Counts>,
    /// The words of the inputs that are views: each one's start, then its length.
    pub(super) views: Vec<usize>,
    /// How many cells the program has.
    pub(super) cells: usize,
    /// Which table it was compiled for.
    pub(super) table: u64,
    /// Where it starts.
    pub(super) root: Root,
    /// The types of what it takes.
    pub(super) takes: Vec<Type>,
    /// Bytes of the machine's stack that it takes.
    pub(super) frame: usize,
    pub(super) code: Code,
}

/// Code that can be called, and the module that owns it.
pub(super) struct Code {
    /// The function; good for as long as the module is.
    pub entry: Entry,
    /// Always there until it is dropped. In a lock only because a module cannot be shared between threads:
    /// nobody takes the lock, since nothing but dropping touches the module again.
    module: Mutex<Option<JITModule>>,
}

impl Code {
    pub fn new(entry: Entry, module: JITModule) -> Code {
        Code { entry, module: Mutex::new(Some(module)) }
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Code({:p})", self.entry as *const u8)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        let module = match self.module.get_mut() {
            Ok(module) => module.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        };
        if let Some(module) = module {
            // SAFETY: `entry` is the only pointer into the module. It is private to the `Native` that owns
            // this `Code` and is called only under a shared borrow of it, so no call is running now and none
            // can come.
            unsafe { module.free_memory() }
        }
    }
}

/// So many frames of the program may nest in native code on any thread, since native calls take a MiB of
/// stack then: half of what a thread has at least. What is deeper goes through the interpreter.
pub const NATIVE_FRAMES: usize = 512;
/// A function of whose native code more words are needed, or more bytes of the machine's stack, is not called
/// natively.
pub(super) const CALLEE_WORDS: usize = 256;
pub(super) const CALLEE_STACK: usize = 2048;

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
