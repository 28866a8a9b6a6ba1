//! The border of native code: entering it, and what it calls.

use super::{CALLEE_STACK, Native, Table, callees};
use crate::interp::{find, find_by};
use crate::ir::{Base, ClassId, ExitId, Type};
use crate::runtime::{Console, Heap, Memory, Val, width};
use std::sync::atomic::AtomicPtr;

/// The native function: the input's first byte, its words, the context, and how many frames there is room
/// for. Gives a code.
pub(super) type Entry = extern "C" fn(*const u8, *mut u64, *mut Ctx<'_>, u64) -> u64;

/// What native code needs besides: it reads the first five fields itself, and passes all on to the functions
/// here.
#[repr(C)]
pub(super) struct Ctx<'a> {
    entries: *const AtomicPtr<()>,
    cells: *mut i64,
    /// [`Heap::bases`].
    bases: *const u64,
    /// Whether the heap wants a collection.
    full: bool,
    /// That of the heap.
    console: *mut Console,
    /// Borrowed for as long as the code runs.
    heap: *mut Heap,
    table: &'a Table,
    memory: Memory<'a>,
}

impl Ctx<'_> {
    fn heap(&mut self) -> &mut Heap {
        // SAFETY: `Native::run` has it by `&mut` while there is a context, and native code does nothing else
        // meanwhile; nor does it change more of the heap between its calls than the words of fields, as
        // `Heap::field` would let it.
        unsafe { &mut *self.heap }
    }
}

/// Where [`Ctx`] has what native code reads.
pub(super) const CELLS: i32 = std::mem::offset_of!(Ctx, cells) as i32;
pub(super) const BASES: i32 = std::mem::offset_of!(Ctx, bases) as i32;
pub(super) const FULL: i32 = std::mem::offset_of!(Ctx, full) as i32;
pub(super) const CONSOLE: i32 = std::mem::offset_of!(Ctx, console) as i32;

/// A code that says where nothing was left: a function of the host has panicked, and the run is over.
pub(super) const PANICKED: u64 = 0;

/// Set in a code if the region's function has returned, and what it returned is in the first words.
pub(super) const RETURNED: u64 = 1 << 63;

/// Where native code was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// The number that the region was compiled with.
    pub number: u32,
    /// In which of [`crate::ir::Region::states`].
    pub exit: ExitId,
}

impl Left {
    /// The code that says so: the exit in the lower half, the number in the upper.
    pub(super) fn code(self) -> u64 {
        assert!(self.number < 1 << 31, "numbers of regions are few");
        u64::from(self.number) << 32 | u64::from(self.exit.0)
    }

    /// What a code says; the one of a native call that was left is in the word that [`super::Leaves::callee`]
    /// names.
    pub fn read(code: u64) -> Left {
        Left { number: ((code & !RETURNED) >> 32) as u32, exit: ExitId(code as u32) }
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
        let mut ctx = Ctx { entries: table.entries(), cells, bases, full, console, heap, table, memory };
        // The code is that of this `Native`, which outlives the call, and so do all that it gets: the input,
        // of which it reads only what it has checked, or what was proven, to lie in a view (and views lie in
        // the input or in the pool: those that enter were looked at above, those from the heap are in
        // `shim_get`, constants by the verifier, and a slice is part of its view); the fields of objects,
        // whose names are of the class that the verifier says and in use (nothing is collected meanwhile), at
        // the places that `bases` names, which are the heap's for these classes and as new as its last chunk;
        // the words, of which it touches `words_needed`; the cells, of which it touches as many as the
        // program has, and which no function below touches; those of its `Turns`, if it has any, which it
        // owns; the context, which it passes to those functions. What it calls through the table lives as
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
    let layout = ctx.table.layout(class);
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

/// The places of the views among values of these types that lie one after the other.
pub(super) fn views(types: impl Iterator<Item = Type>) -> Vec<usize> {
    let mut at = 0;
    let mut found = vec![];
    for ty in types {
        if ty.base == Base::View {
            found.push(at + usize::from(ty.optional));
        }
        at += width(ty);
    }
    found
}
