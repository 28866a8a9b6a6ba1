//! The border of native code: entering it, and what it calls.

use super::Native;
use crate::interp::{Heap, Memory, Val, width};
use crate::ir::{Base, ClassId, ExitId, Type};

/// The native function: the input's first byte, the words, the cells, and the context of what it calls. Gives the exit's number.
pub(super) type Entry = extern "C" fn(*const u8, *mut u64, *mut i64, *mut Ctx<'_>) -> u32;

/// A class as native code knows it: its fields' types.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub class: ClassId,
    pub fields: Vec<Type>,
}

/// What the functions here need when native code calls them. Native code only passes it on.
pub(super) struct Ctx<'a> {
    heap: &'a mut Heap,
    classes: &'a [Layout],
    memory: Memory<'a>,
}

impl Native {
    /// Runs the code: `words` holds the region's inputs and afterwards what the exit, which is given back, leaves.
    ///
    /// # Panics
    ///
    /// If there are fewer words than [`Native::words_needed`] or fewer cells than the program has, or an input is a view that does not
    /// lie in `memory` (whose pool is that of the program).
    pub fn run(&self, memory: Memory, words: &mut [u64], heap: &mut Heap) -> ExitId {
        assert!(words.len() >= self.words_needed && heap.cells.len() >= self.cells, "too few words");
        for &at in &self.views {
            check(memory, memory.back(Val::View(words[at], words[at + 1])));
        }
        let cells = heap.cells.as_mut_ptr();
        let mut ctx = Ctx { heap, classes: &self.classes, memory };
        // The code is that of this `Native`, which outlives the call, and so do all that it gets: the input, of which it
        // reads only what it has checked, or what was proven, to lie in a view (and views lie in the input or in the pool: those that
        // enter were looked at above, those from the heap are in `shim_get`, constants by the verifier, and a slice is part of
        // its view); the words, of which it touches `words_needed`; the cells, of which it touches as many as the program has, and which
        // no function below touches; the context, which it passes to those functions.
        ExitId((self.code.entry)(memory.input.as_ptr(), words.as_mut_ptr(), cells, &mut ctx))
    }
}

/// A value that native code may have.
fn check(memory: Memory, val: Val) -> Val {
    if let Val::View(start, len) = val {
        assert!(memory.has(start, len), "a view must lie in the input, or in the pool");
    }
    val
}

// The three functions that native code calls. A panic in one of them ends the process, since it must not unwind through
// native code; they panic only if the region was not that of a verified program.

/// Allocates an object of the class at `layout`; its fields are at `words`.
pub(super) extern "C" fn shim_new(ctx: &mut Ctx<'_>, layout: u64, words: *const u64) -> u64 {
    let classes = ctx.classes;
    let layout = &classes[layout as usize];
    let size = layout.fields.iter().map(|ty| width(*ty)).sum();
    // SAFETY: native code passes the address of its scratch words, which are as many as the widest class of the region has
    // and of which it has just written the first `size`.
    let mut words = unsafe { std::slice::from_raw_parts(words, size) };
    let memory = ctx.memory;
    let read = |ty: &Type| {
        let (first, rest) = words.split_at(width(*ty));
        words = rest;
        memory.back(Val::read(*ty, first))
    };
    let fields: Vec<Val> = layout.fields.iter().map(read).collect();
    u64::from(ctx.heap.alloc(layout.class, &fields))
}

/// Writes a field of an object to `words`.
pub(super) extern "C" fn shim_get(ctx: &mut Ctx<'_>, layout: u64, field: u64, object: u64, words: *mut u64) {
    let ty = ctx.classes[layout as usize].fields[field as usize];
    let val = ctx.memory.out(check(ctx.memory, ctx.heap.get(object as u32, field as u32)));
    // SAFETY: native code passes the address of its scratch words, which no reference points to, and which are as many as
    // the widest class of the region has, hence enough for one field.
    let words = unsafe { std::slice::from_raw_parts_mut(words, width(ty)) };
    val.write(ty, words);
}

/// Changes a field of an object to what is at `words`.
pub(super) extern "C" fn shim_set(
    ctx: &mut Ctx<'_>,
    layout: u64,
    field: u64,
    object: u64,
    words: *const u64,
) {
    let ty = ctx.classes[layout as usize].fields[field as usize];
    // SAFETY: as in `shim_new`; native code has just written one field.
    let words = unsafe { std::slice::from_raw_parts(words, width(ty)) };
    ctx.heap.set(object as u32, field as u32, ctx.memory.back(Val::read(ty, words)));
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
