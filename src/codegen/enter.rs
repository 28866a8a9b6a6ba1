//! The border of native code: entering it, and what it calls.

use super::context::Ctx;
use super::left::Left;
use super::native::{CALLEE_STACK, Native, callees};
use super::table::Table;
use crate::interp::{find, find_by};
use crate::ir::{ClassId, ExitId, Type};
use crate::runtime::{Heap, Memory, Val, width};

impl Ctx<'_> {
    fn heap(&mut self) -> &mut Heap {
        // SAFETY: `Native::run` has it by `&mut` while there is a context, and native code does nothing else
        // meanwhile; nor does it change more of the heap between its calls than the words of fields, as
        // `Heap::field` would let it.
        unsafe { &mut *self.heap }
    }
}

impl Native {
    /// Where the code begins.
    pub fn address(&self) -> usize {
        self.code.entry as usize
    }

    /// Of so many frames that there is room for, how many are left for what it calls, and itself: the code of
    /// a region that nobody calls may take more of the stack than that of one frame.
    pub(super) fn room(&self, frames: usize) -> usize {
        frames.saturating_sub(self.frame / CALLEE_STACK)
    }

    /// Runs the code: `words` holds the region's inputs and afterwards what the exit, which is given back,
    /// leaves. `room` is how many frames of the program may be on the stack, the region's own included; the
    /// thread must have [`super::stack`] of them left, or what the code takes itself if that is more. Gives
    /// nothing if a function of the host has panicked: there is no state to go on from then.
    ///
    /// # Panics
    ///
    /// If there are fewer words than [`Native::words_needed`] (and [`callees`], if [`Native::calls`]) or
    /// fewer cells than the program has, or an input is a view that does not lie in `memory` (whose pool is
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
        // SAFETY: it is that of a reference. Nothing is read.
        let console = unsafe { &raw mut (*heap).console };
        let (entries, layouts) = (table.entries(), table.layouts());
        let mut ctx = Ctx { entries, cells, bases, full, console, heap, layouts, memory };
        // The code is that of this `Native`, which outlives the call, and so do all that it gets: the input,
        // of which it reads only what it has checked, or what was proven, to lie in a view (and views lie in
        // the input or in the pool: those that enter were looked at above, those from the heap are in
        // `shim_get`, constants by the verifier, and a slice is part of its view); the fields of objects,
        // whose names are of the class that the verifier says and in use (nothing is collected meanwhile), at
        // the places that `bases` names, which are the heap's for these classes and as new as its last chunk;
        // the words, of which it touches `words_needed`; the cells, of which it touches as many as the
        // program has, and which no function below touches; those of its `DeoptStress`, if it has any, which
        // it owns; the context, which it passes to those functions. What it calls through the table lives as
        // long as that, and is given all the same, but the words behind the caller's: `CALLEE_WORDS` for each
        // frame that there is room for are enough, since a call takes one frame at least.
        let room = self.room(room) as u64;
        let code = (self.code.entry)(memory.input.as_ptr(), words.as_mut_ptr(), &mut ctx, room);
        (!ctx.heap().console.has_panicked()).then(|| Left::read(code).exit)
    }
}

/// A value that native code may have.
fn check(memory: Memory, val: Val) -> Val {
    if let Val::View(start, len) = val {
        assert!(memory.has(start, len), "a view must lie in the input, or in the pool");
    }
    val
}

// The functions that native code calls. A panic in one of them ends the process, since it must not unwind
// through native code; they panic only if the region was not that of a verified program.

/// Allocates an object of a class; its fields are at `words`.
pub(super) extern "C" fn shim_new(ctx: &mut Ctx<'_>, class: u64, words: *const u64) -> u64 {
    let layout = &ctx.layouts[class as usize];
    // SAFETY: native code passes the address of its scratch words, which are as many as the widest class of
    // the region has and of which it has just written the first `size`.
    let words = unsafe { std::slice::from_raw_parts(words, layout.size) };
    let memory = ctx.memory;
    let heap = ctx.heap();
    let object = heap.make(ClassId(class as u32));
    let own = heap.words(object);
    own.copy_from_slice(words);
    for &at in &layout.views {
        // One of an optional without a value is all zeros, and so it stays.
        memory.back(Val::View(own[at], own[at + 1])).write(Type::VIEW, &mut own[at..at + 2]);
    }
    (ctx.full, ctx.bases) = (heap.wants_collection(), heap.bases());
    u64::from(object)
}

/// Writes a field of an object to `words`: one that is a view, or an optional one.
pub(super) extern "C" fn shim_get(ctx: &mut Ctx<'_>, field: u64, object: u64, words: *mut u64) {
    let memory = ctx.memory;
    let (ty, own) = ctx.heap().field(object as u32, field as u32);
    // SAFETY: native code passes the address of its scratch words, which no reference points to, and which
    // are as many as the widest class of the region has, hence enough for one field.
    let words = unsafe { std::slice::from_raw_parts_mut(words, width(ty)) };
    memory.out(check(memory, Val::read(ty, own))).write(ty, words);
}

/// Changes a field of an object, a view or an optional one, to what is at `words`.
pub(super) extern "C" fn shim_set(ctx: &mut Ctx<'_>, field: u64, object: u64, words: *const u64) {
    let memory = ctx.memory;
    let (ty, own) = ctx.heap().field(object as u32, field as u32);
    // SAFETY: as in `shim_new`; native code has just written one field.
    let words = unsafe { std::slice::from_raw_parts(words, width(ty)) };
    memory.back(Val::read(ty, words)).write(ty, own);
}

/// Ends the process: a slice or load that was proven to lie in its view does not. Only code that is made to
/// be tested asks.
pub(super) extern "C" fn shim_unproven(_: &mut Ctx<'_>) {
    panic!("native code reads outside of a view, where the check of that read was removed as proven");
}

/// As a pair of places in a needle: they are not known yet.
pub(super) const UNKNOWN: i64 = -1;

/// Where the bytes of one view first occur in another one; see [`find_by`].
pub(super) extern "C" fn shim_find(
    _: &mut Ctx<'_>,
    a: *const u8,
    a_len: u64,
    b: *const u8,
    b_len: u64,
    pair: i64,
) -> i64 {
    // SAFETY: native code passes the address and the length of views, which lie in the input or in the pool
    // (see `Native::run`).
    let (a, b) = unsafe {
        (std::slice::from_raw_parts(a, a_len as usize), std::slice::from_raw_parts(b, b_len as usize))
    };
    if pair == UNKNOWN { find(a, b) } else { find_by(a, b, pair as u64) }
}
