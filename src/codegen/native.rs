//! The native code of one region, its properties, and the limits on its resources.
//!
//! Not here: compiling it ([`super::module`]) and running it ([`super::enter`]).

use super::context::Entry;
use super::deopt_stress::DeoptStress;
use super::left::ExitLayout;
use super::watch::{Asm, Counts};
use crate::ir::{Root, Type};
use cranelift_jit::JITModule;
use std::sync::Mutex;

/// What a compilation produces besides the code: texts and counters for people, and instrumentation for
/// tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Want {
    /// The Cranelift IR.
    pub clif: bool,
    /// The machine code, as Cranelift prints it, with its origins.
    pub asm: bool,
    /// Counters of the edges taken, incremented by the code.
    pub counts: bool,
    /// Checks that leave in turn: see [`DeoptStress`].
    pub stress: bool,
}

/// The native code of one region. Its memory is freed with it.
#[derive(Debug)]
pub struct Native {
    /// What is stored in the words in each of [`Region::states`](crate::ir::Region::states), by
    /// [`ExitId`](crate::ir::ExitId).
    pub exits: Vec<ExitLayout>,
    /// The number of its own words.
    pub words_needed: usize,
    /// Whether it calls native code: then [`Native::run`] needs the words of [`callees`] in addition.
    pub calls: bool,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// The number of conditional jumps to exits.
    pub guards: usize,
    /// The counters of its checks, if they leave in turn.
    pub stress: Option<DeoptStress>,
    /// The Cranelift IR, if requested.
    pub clif: Option<String>,
    /// The machine code as text, if requested.
    pub asm: Option<Asm>,
    /// The counters of its edges, if requested.
    pub counts: Option<Counts>,
    /// The words of the inputs that are views: the first word of each, which is followed by its length.
    pub views: Vec<usize>,
    /// The number of cells of the program.
    pub(super) cells: usize,
    /// The table it was compiled for.
    pub(super) table: u64,
    /// Its root.
    pub(super) root: Root,
    /// The types of its inputs.
    pub(super) takes: Vec<Type>,
    /// Bytes of machine stack that it takes.
    pub(super) frame: usize,
    pub(super) code: Code,
}

/// Callable code, and the module that owns it.
pub(super) struct Code {
    /// The function; valid as long as the module exists.
    pub entry: Entry,
    /// `Some` until it is dropped. In a mutex only because a module cannot be shared between threads: the
    /// mutex is never locked, since only the drop accesses the module again.
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
            // can follow.
            unsafe { module.free_memory() }
        }
    }
}

/// The maximum number of frames of the program nested in native code on any thread: native calls then take a
/// MiB of stack, half of the minimum that a thread has. Deeper calls go through the interpreter.
pub const NATIVE_FRAMES: usize = 512;
/// A function whose native code needs more words, or more bytes of machine stack, is not called natively.
pub(super) const CALLEE_WORDS: usize = 256;
pub(super) const CALLEE_STACK: usize = 2048;

/// The number of words for all callees of code that runs with room for so many frames.
pub const fn callees(frames: usize) -> usize {
    frames * CALLEE_WORDS
}

/// The maximum number of bytes of machine stack that native code with room for so many frames takes: each
/// native frame stands for at least one frame of the program, the code entered is counted by its size
/// ([`Native::room`]), and the runtime functions it calls take little. The stack of host functions is not
/// included.
pub const fn stack(frames: usize) -> usize {
    (frames + 16) * CALLEE_STACK
}
