//! Entering native code, and the functions that it calls.

use super::context::Ctx;
use super::left::ExitCode;
use super::native::{CALLEE_STACK, Native, callees};
use super::table::Table;
use crate::interp::{find, find_by};
use crate::ir::{ClassId, ExitId, Type};
use crate::runtime::{Heap, Memory, Val, width};

impl Ctx<'_> {
    fn heap(&mut self) -> &mut Heap {
        // SAFETY: `Native::run` holds it by `&mut` while the context exists, and native code waits for the
        // function that uses the reference; between such calls, native code changes only the words of fields,
        // as `Heap::field` would allow.
        unsafe { &mut *self.heap }
    }
}

impl Native {
    /// The address of the code.
    pub fn address(&self) -> usize {
        self.code.entry as usize
    }

    /// The number of frames left for callees and the code itself, of `frames`: the code of a region that is
    /// not called natively may take more stack than one frame has.
    pub(super) fn room(&self, frames: usize) -> usize {
        frames.saturating_sub(self.frame / CALLEE_STACK)
    }

    /// Runs the code: `words` holds the region's inputs, and afterwards the state of the exit, which is
    /// returned. `room` is the number of frames of the program that may be on the stack, including the
    /// region's own; the thread must have [`super::stack`] of them left, or the stack that the code itself
    /// takes if that is more. Returns `None` if a host function has panicked: then there is no state to
    /// continue from.
    ///
    /// # Panics
    ///
    /// If there are fewer words than [`Native::words_needed`] (and [`callees`], if [`Native::calls`]) or
    /// fewer cells than the program has, or an input is a view that is not within `memory` (whose pool is
    /// that of the program), or the code was compiled for another table.
    pub fn run(
        &self,
        table: &Table,
        memory: Memory,
        words: &mut [u64],
        room: usize,
        heap: &mut Heap,
    ) -> Option<ExitId> {
        assert_eq!(self.table, table.number, "the code is for another table");
        assert!(heap.has_classes(table.number, table.classes()), "the heap is that of another program");
        let callees = if self.calls { callees(room) } else { 0 };
        assert!(words.len() >= self.words_needed + callees, "too few words");
        assert!(heap.cells.len() >= self.cells, "too few cells");
        for &at in &self.views {
            check(memory, memory.back(Val::View(words[at], words[at + 1])));
        }
        let cells = heap.cells.as_mut_ptr();
        let (full, bases) = (heap.wants_collection(), heap.bases());
        let heap: *mut Heap = heap;
        // SAFETY: the pointer is from a reference. Nothing is read.
        let console = unsafe { &raw mut (*heap).console };
        let (entries, layouts) = (table.entries(), table.layouts());
        let mut ctx = Ctx { entries, cells, bases, full, console, heap, layouts, memory };
        // The code is owned by this `Native`, which outlives the call, and so do all its arguments: the
        // input, of which it reads only bytes that were checked or proven to be within a view (and views are
        // within the input or the pool: inputs were checked above, views from the heap are checked in
        // `shim_get`, constants by the verifier, and a slice is part of its view); the fields of objects,
        // whose references have the class that the verifier checked and are live (nothing is collected
        // meanwhile), at the addresses in `bases`, which are the heap's for these classes and include its
        // last chunk; the words, of which it accesses `words_needed`; the cells, of which it accesses as many
        // as the program has, and which no function below accesses; the counters of its `DeoptStress`, if it
        // has one, which it owns; and the context, which it passes to those functions. Code called through
        // the table lives as long as the table, and receives the same arguments except for the words, which
        // follow the caller's: `CALLEE_WORDS` for each frame that `room` allows are enough, since a call
        // takes at least one frame.
        let room = self.room(room) as u64;
        let code = (self.code.entry)(memory.input.as_ptr(), words.as_mut_ptr(), &mut ctx, room);
        (!ctx.heap().console.has_panicked()).then(|| ExitCode::read(code).exit)
    }
}

/// Checks that native code may receive a value.
fn check(memory: Memory, val: Val) -> Val {
    if let Val::View(start, len) = val {
        assert!(memory.has(start, len), "a view must lie in the input, or in the pool");
    }
    val
}

// The functions that native code calls. A panic in one of them ends the process, since it must not unwind
// through native code; they panic only if the region does not belong to a verified program.

/// Allocates an object of a class; its fields are at `words`.
pub(super) extern "C" fn shim_new(ctx: &mut Ctx<'_>, class: u64, words: *const u64) -> u64 {
    let layout = &ctx.layouts[class as usize];
    // SAFETY: native code passes the address of its scratch words, which are as many as the widest class of
    // the region has, and of which it has just written the first `size`.
    let words = unsafe { std::slice::from_raw_parts(words, layout.size) };
    let memory = ctx.memory;
    let heap = ctx.heap();
    let object = heap.make(ClassId(class as u32));
    let own = heap.words(object);
    own.copy_from_slice(words);
    for &at in &layout.views {
        // An empty optional is all zeros, and stays so.
        memory.back(Val::View(own[at], own[at + 1])).write(Type::VIEW, &mut own[at..at + 2]);
    }
    (ctx.full, ctx.bases) = (heap.wants_collection(), heap.bases());
    u64::from(object)
}

/// Reads a field of an object, a view or an optional one, into `words`.
pub(super) extern "C" fn shim_get(ctx: &mut Ctx<'_>, field: u64, object: u64, words: *mut u64) {
    let memory = ctx.memory;
    let (ty, own) = ctx.heap().field(object as u32, field as u32);
    // SAFETY: native code passes the address of its scratch words, to which no reference exists, and which
    // are as many as the widest class of the region has, hence enough for one field.
    let words = unsafe { std::slice::from_raw_parts_mut(words, width(ty)) };
    memory.out(check(memory, Val::read(ty, own))).write(ty, words);
}

/// Stores the value at `words` in a field of an object, a view or an optional one.
pub(super) extern "C" fn shim_set(ctx: &mut Ctx<'_>, field: u64, object: u64, words: *const u64) {
    let memory = ctx.memory;
    let (ty, own) = ctx.heap().field(object as u32, field as u32);
    // SAFETY: as in `shim_new`; native code has just written one field.
    let words = unsafe { std::slice::from_raw_parts(words, width(ty)) };
    memory.back(Val::read(ty, words)).write(ty, own);
}

/// Ends the process: a slice or load that was proven to be within its view is not. Only code for tests calls
/// it.
pub(super) extern "C" fn shim_unproven(_: &mut Ctx<'_>) {
    panic!("native code reads outside of a view, where the check of that read was removed as proven");
}

/// Stands for a pair of positions in a needle that is not known yet.
pub(super) const UNKNOWN: i64 = -1;

/// The first occurrence of the bytes of one view in another one; see [`find_by`].
pub(super) extern "C" fn shim_find(
    _: &mut Ctx<'_>,
    a: *const u8,
    a_len: u64,
    b: *const u8,
    b_len: u64,
    pair: i64,
) -> i64 {
    // SAFETY: native code passes the address and the length of views, which are within the input or the pool
    // (see `Native::run`).
    let (a, b) = unsafe {
        (std::slice::from_raw_parts(a, a_len as usize), std::slice::from_raw_parts(b, b_len as usize))
    };
    if pair == UNKNOWN { find(a, b) } else { find_by(a, b, pair as u64) }
}
